"""Takes snapshots of this node's OpenSearch cluster, follows another cluster's, and deletes old documents.

Every node has the timers. Only the elected cluster manager acts; the others end at once, with success.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from .cluster import Cluster
from .follow import Follower
from .metrics import Metrics
from .retention import retain
from .status import show, status_of
from .take import Taker
from .trouble import CONFIG, UNAVAILABLE, ApiError, Trouble, trouble_of

SETTINGS = "/etc/searchstack/snapshots.json"


def arguments(argv=None):
    parser = argparse.ArgumentParser(
        prog="searchstack-snapshots", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--settings", default=SETTINGS, type=Path, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("take", help="take a snapshot of a job, and delete its old ones").add_argument("job")
    follow = commands.add_parser("follow", help="restore the newest snapshot of another cluster's job over the copy")
    follow.add_argument("job")
    follow.add_argument("--overwrite", action="store_true", help="also over indices that are no copies: what they hold is lost")
    commands.add_parser("retention", help="delete documents that are older than declared")
    commands.add_parser("status", help="show what there is").add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args(argv)


def declared(entries, key, name, variable):
    """The entry of that name."""
    for entry in entries:
        if entry[key] == name:
            return entry
    raise Trouble(CONFIG, f"{name} is not declared in {variable} of this cluster.")


def password(settings):
    """From systemd's credentials, or by hand from the file that they come from."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    file = Path(folder) / "password" if folder else Path(settings["password_file"])
    try:
        return file.read_text().strip()
    except OSError as error:
        raise Trouble(CONFIG, f"{file}: {error.strerror}. Run this as root, or by systemctl start.") from error


def work_of(options, settings, cluster):
    """(metrics, what is to be done)."""
    now = time.time()
    if options.command == "take":
        job = declared(settings["jobs"], "name", options.job, "snapshots_jobs")
        labels = {"name": job["name"], "repository": job["repository"]}
        return Metrics("searchstack_snapshot", labels, f"searchstack_snapshot_take_{job['name']}", settings, now), Taker(
            cluster, job, settings
        ).run
    if options.command == "follow":
        entry = declared(settings["follow"], "job", options.job, "snapshots_follow")
        labels = {"name": entry["job"], "repository": entry["repository"]}
        work = Follower(cluster, entry, settings, options.overwrite).run
        return Metrics("searchstack_follow", labels, f"searchstack_snapshot_follow_{entry['job']}", settings, now), work
    return Metrics("searchstack_retention", {}, "searchstack_snapshot_retention", settings, now), lambda: retain(
        cluster, settings["retention"], settings
    )


def run(options):
    try:
        settings = json.loads(options.settings.read_text())
    except OSError as error:
        raise Trouble(CONFIG, f"{options.settings}: {error.strerror}.") from error
    cluster = Cluster(settings, password(settings))
    if options.command == "status":
        report = status_of(cluster, settings, time.time())
        print(json.dumps(report, indent=2)) if options.json else show(report)
        return
    # Before anybody is asked: a node that cannot find out whether it has to act tells that it failed.
    metrics, work = work_of(options, settings, cluster)
    if not cluster.is_mine_to_act():
        metrics.withdraw()
        print("Another node is the elected cluster manager, and acts.")
        return
    metrics.tell(**work(), last_attempt_success=1)


def main():
    # A line at a time, also to the journal.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        run(arguments())
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    except ApiError as error:
        found = trouble_of(error, "The cluster refuses")
        print(found, file=sys.stderr)
        return found.code
    except (LookupError, TypeError, ValueError) as error:
        print(f"What answers is no node of OpenSearch, or of another version: {type(error).__name__}: {error}", file=sys.stderr)
        return UNAVAILABLE
    return 0
