"""What ends a run: a sentence for people that says what to do, and an exit code."""

import json
import re

# Exit codes, as in sysexits.h.
NOT_YET = 0
DATA, UNAVAILABLE, EXISTS, REPOSITORY, LATER, REFUSED, CONFIG = 65, 69, 73, 74, 75, 77, 78


class Trouble(Exception):
    """What ends a run: a sentence for people, and an exit code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class ApiError(Exception):
    """An answer of the server that is no success."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


# What the server's words mean, and what is to be done. The first that matches counts.
ADVICE = (
    (
        r"no permissions for|Unauthorized",
        REFUSED,
        "The user of snapshots is refused: run playbooks/snapshots.yml, which brings its password and rights.",
    ),
    (
        r"repository_missing_exception",
        REPOSITORY,
        "The repository is not registered: declare it in opensearch_objects_snapshot_repositories, and run "
        "playbooks/opensearch_objects.yml.",
    ),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Access Denied|access key|[Ss]tatus ?[Cc]ode:? ?403",
        REPOSITORY,
        "S3 refuses the keys: correct platform_s3_access_key and platform_s3_secret_key, and run playbooks/opensearch.yml.",
    ),
    (r"NoSuchBucket|bucket does not exist", REPOSITORY, "The bucket does not exist: make it, or correct platform_s3_bucket."),
    (r"[Nn]o space left|usage exceeded|read-only-allow-delete|flood.?stage", REPOSITORY, "A disk is full: make room, or take nodes in."),
    (
        r"Unable to execute HTTP|Connect to |[Cc]onnection refused|UnknownHost|Read timed out|Connection reset",
        REPOSITORY,
        "The place of the repository does not answer: look for it (platform_s3_endpoint), and for the way from the nodes to it.",
    ),
    (r"read-?only", REPOSITORY, "The repository is registered for reading only: name one that this cluster may write to."),
    (
        r"orrupt|repository generation|concurrent modification|repository data|Failed to (load|parse)|parsing_exception",
        REPOSITORY,
        "The repository is damaged: nothing was changed. Keep it for reading, and register a new folder (base_path) for new snapshots.",
    ),
    # The security plugin hides what a restore failed of.
    (
        r"repository_(verification_)?exception|Unexpected exception",
        REPOSITORY,
        "The repository cannot be used: see the log of the cluster manager.",
    ),
)


def trouble_of(error, doing):
    """The trouble that an answer of the server is."""
    for pattern, code, advice in ADVICE:
        if re.search(pattern, str(error)):
            return Trouble(code, f"{doing}: {advice} ({reason_of(str(error))})")
    return Trouble(1, f"{doing}: {reason_of(str(error))}")


def reason_of(text):
    """The deepest cause in an error of the server, which tells most."""
    try:
        error = json.loads(text)["error"]
        while isinstance(error, dict) and error.get("caused_by"):
            error = error["caused_by"]
        return f"{error['type']}: {error['reason']}" if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        return text.strip()[:500]
