# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of this host's files with restic: backup, forget, check, drill, restore. Standard library only.

What went well or wrong stays in the state folder and goes to node-exporter as metrics. A failure names the variable of the
role that mends it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

CONFIGURATION = Path("/etc/searchstack/backup")
STATE = Path("/var/lib/searchstack-backup")
CACHE = Path("/var/cache/searchstack-backup")
ACTIONS = ("backup", "forget", "check", "drill")
TAG = "searchstack"
# A restore needs a little more than the size of its files.
SPARE = 1.05

# The first one that fits counts. {repository} and the like are filled in.
CAUSES = [
    (r"wrong password or no key found", "backup_password is not the one that {repository} was made with."),
    (
        r"SignatureDoesNotMatch|InvalidAccessKeyId|Access Key Id|signature we calculated|Access ?Denied|AuthFailure|Forbidden|"
        r"invalid.{0,20}credentials|no credentials|InvalidClientTokenId|InvalidToken|ExpiredToken|401 Unauthorized",
        "backup_environment: {repository} refuses the key (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), or it may not do this.",
    ),
    (
        r"Permission denied \(|Host key verification failed|host key is known",
        "backup_ssh_key, backup_ssh_known_hosts: the host of {repository} refuses this one.",
    ),
    (
        r"x509|certificate signed by|certificate has expired",
        "backup_ca_certificate: the certificate of {repository} is not trusted or has expired.",
    ),
    (
        r"connection refused|no such host|i/o timeout|no route to host|network is unreachable|deadline exceeded|dial tcp|"
        r"Could not resolve hostname|connection timed out|connection reset|EOF|no answer within",
        "backup_repository: {repository} does not answer.",
    ),
    (r"no space left on device|disk quota exceeded", "The disk is full, on this host or that of {repository}."),
    (r"already locked|unable to create lock", "{repository} is locked by somebody else's restic."),
    (
        r"repository contains errors|does not match|ciphertext verification failed|pack file .* could not be|"
        r"invalid data returned|not found in (the )?(repository|index)|hash mismatch",
        "{repository} is damaged: keep a copy of it, then see restic's manual on repairing repositories.",
    ),
]
MISSING = re.compile(
    r"repository does not exist|config: no such file|config file does not exist|specified (key|bucket) does not exist|"
    r"unable to open config file: (\S+ )?(file )?does not exist"
)


class Failure(Exception):
    """What a person can act upon."""


class NoRepository(Failure):
    """There is none at that place."""


def write(path, text, mode):
    """Replace a file at once: whoever reads it sees the former text or the new one."""
    new = path.with_name(f".{path.name}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def explain(said, repository):
    """The failure that restic's words stand for."""
    last = " ".join(said.split())[-400:]
    # restic adds a question to every failure of the first read, whatever the cause.
    if MISSING.search(said):
        return NoRepository(f"backup_repository: there is no repository at {repository}. The role makes it. ({last})")
    for pattern, message in CAUSES:
        if re.search(pattern, said, re.IGNORECASE):
            return Failure(f"{message.format(repository=repository)} ({last})")
    return Failure(f"restic failed at {repository}: {last}")


def without_login(repository):
    """A repository as it may be shown."""
    return re.sub(r"(://)[^/@]*@", r"\1", repository)


def parse_time(text):
    """Seconds since 1970 of a time as restic writes it, with any number of digits."""
    text = re.sub(r"\.(\d{1,6})\d*", lambda found: "." + found.group(1).ljust(6, "0"), text).replace("Z", "+00:00")
    return datetime.datetime.fromisoformat(text).timestamp()


class State:
    """What the actions found, action by action."""

    def __init__(self, folder, metrics):
        self.folder, self.metrics = folder, metrics
        with contextlib.suppress(FileNotFoundError):
            self.data = json.loads((folder / "state.json").read_text())
            return
        self.data = {"actions": {}}

    def action(self, name):
        return self.data["actions"].setdefault(name, {})

    def save(self):
        write(self.folder / "state.json", json.dumps(self.data, indent=1) + "\n", 0o600)
        if self.metrics and Path(self.metrics).is_dir():
            write(Path(self.metrics) / "searchstack_backup.prom", self.text(), 0o644)

    def begin(self, name):
        self.action(name).update(started=time.time(), running=True)
        self.save()

    def end(self, name, **found):
        action, now = self.action(name), time.time()
        action.update(found, running=False, ended=now, duration=now - action.get("started", now), ok=True, reason="", success=now)
        self.save()

    def fail(self, name, reason):
        action, now = self.action(name), time.time()
        action.update(running=False, ended=now, duration=now - action.get("started", now), ok=False, reason=reason)
        self.save()

    def text(self):
        """The metrics. Actions that have not run yet have a last success of 0, so that an alert on its age sees them."""
        rows = [
            ("last_success_timestamp_seconds", "When the action last succeeded, 0 for never.", "success"),
            ("last_run_timestamp_seconds", "When the action last ended, 0 for never.", "ended"),
            ("last_result", "Whether the last run succeeded.", "ok"),
            ("duration_seconds", "How long the last run took.", "duration"),
            ("size_bytes", "Size of the files in the last run that succeeded.", "size"),
            ("added_bytes", "What the last run that succeeded added to the repository.", "added"),
            ("files", "Files in the last run that succeeded.", "files"),
            ("snapshot_timestamp_seconds", "Time of the newest snapshot that the action knows.", "snapshot_time"),
        ]
        lines = []
        for name, text, key in rows:
            always = key in ("success", "ended", "ok")
            found = [(action, self.action(action).get(key, 0 if always else None)) for action in ACTIONS]
            lines += [f"# HELP searchstack_backup_{name} {text}", f"# TYPE searchstack_backup_{name} gauge"]
            lines += [f'searchstack_backup_{name}{{action="{action}"}} {float(value):.3f}' for action, value in found if value is not None]
        lines += [
            "# HELP searchstack_backup_proven Whether the last drill restored a snapshot and it was right.",
            "# TYPE searchstack_backup_proven gauge",
            f"searchstack_backup_proven {int(self.action('drill').get('ok', False))}",
        ]
        return "\n".join(lines) + "\n"


class Restic:
    """restic with this host's repository."""

    def __init__(self, settings, folder):
        self.settings, self.repository = settings, settings["repository"]
        self.shown = without_login(self.repository)
        environment = json.loads((folder / "environment.json").read_text())
        self.environment = {
            "LC_ALL": "C",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "RESTIC_CACHE_DIR": str(CACHE),
            **environment,
            # By the environment, which root alone sees: it may hold a login.
            "RESTIC_REPOSITORY": self.repository,
            "RESTIC_PASSWORD_FILE": str(folder / "password"),
        }
        self.options = [f"{name}={value}" for name, value in settings["options"].items()]
        if self.repository.startswith("sftp:") and (folder / "ssh_key").exists():
            self.options.append(f"sftp.command={self.ssh(folder)}")

    def ssh(self, folder):
        """The command that reaches the host of a repository over SFTP."""
        found = re.match(r"sftp:(?://)?(?P<host>[^/:]+)(?P<port>:\d+)?[/:]", self.repository)
        port = f" -p {found['port'][1:]}" if self.repository.startswith("sftp://") and found["port"] else ""
        known = f"-o UserKnownHostsFile={CONFIGURATION / 'ssh_known_hosts'} -o StrictHostKeyChecking=yes"
        return f"ssh -i {folder / 'ssh_key'} -o IdentitiesOnly=yes -o BatchMode=yes {known}{port} {found['host']} -s sftp"

    def arguments(self, *arguments):
        limits = [f"--limit-{way}={self.settings[f'limit_{way}']}" for way in ("upload", "download") if self.settings[f"limit_{way}"]]
        certificate = [f"--cacert={self.settings['ca_certificate']}"] if self.settings["ca_certificate"] else []
        options = [part for option in self.options for part in ("-o", option)]
        return [self.settings.get("program", "restic"), *limits, *certificate, *options, *arguments]

    def run(self, *arguments, accept=(0,), timeout=None):
        """Run restic and return what it did; its words about errors also go to the log."""
        command = self.arguments(*arguments)
        try:
            done = subprocess.run(  # noqa: S603
                command, env=self.environment, capture_output=True, text=True, errors="replace", timeout=timeout, check=False
            )
        except FileNotFoundError:
            raise Failure("restic is not installed: run the role backup.") from None
        except subprocess.TimeoutExpired as late:
            said = (late.stderr or b"").decode(errors="replace")
            raise explain(f"{said} no answer within {timeout} s", self.shown) from None
        if done.returncode not in accept:
            # restic check tells in its output what is damaged.
            raise explain(done.stdout[-2000:] + done.stderr if arguments[0] == "check" else done.stderr or done.stdout[-2000:], self.shown)
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def open(self):
        """The identity of the repository. restic goes on trying for many minutes where nobody answers."""
        return self.json("cat", "config", "--no-lock", timeout=self.settings["timeout"])["id"]

    def newest(self, snapshot="latest"):
        """A snapshot of this host."""
        found = self.json("snapshots", "--host", self.settings["host"], "--tag", TAG)
        if snapshot != "latest":
            found = [one for one in found if one["id"].startswith(snapshot)]
        if not found:
            host = self.settings["host"]
            raise Failure(f"{self.shown} has no snapshot {snapshot} of {host}. Run: systemctl start searchstack-backup@backup")
        return max(found, key=lambda one: parse_time(one["time"]))

    def restore(self, snapshot, target, paths=()):
        """Write a snapshot's files and read them again."""
        size = self.json("stats", "--mode", "restore-size", snapshot["id"])
        free = shutil.disk_usage(target).free
        if not paths and target != Path("/") and size["total_size"] * SPARE > free:
            raise Failure(f"{target} has {free} bytes free and the snapshot needs {size['total_size']}: name a larger place.")
        include = [part for path in paths for part in ("--include", re.sub(r"([*?\[\\])", r"\\\1", path))]
        self.run("restore", snapshot["id"], "--target", str(target), "--verify", *include)
        return size


def same_repository(restic, state):
    """Refuse none, or another repository, in the place of the one that had this host's backups."""
    known = state.data.get("repository", {})
    known = known["id"] if known.get("place") == restic.shown else ""
    anew = f"Bring that back (is a folder not mounted?), or begin anew: rm {STATE}/state.json"
    try:
        identity = restic.open()
    except NoRepository:
        if known:
            raise Failure(f"backup_repository: {restic.shown} had this host's backups ({known[:8]}) and is gone. {anew}") from None
        raise
    if known not in ("", identity):
        raise Failure(f"backup_repository: {restic.shown} is not the one that had this host's backups ({known[:8]}). {anew}")
    state.data["repository"] = {"place": restic.shown, "id": identity}


def init(restic, state, check=False):
    """Make the repository where there is none."""
    done = "exists"
    try:
        same_repository(restic, state)
    except NoRepository:
        done = "made"
        if not check:
            restic.run("init")
            same_repository(restic, state)
    if not check:
        state.save()
    print(done)


def backup(restic, state):
    settings = restic.settings
    missing = [path for path in settings["paths"] if not os.path.lexists(path)]
    exclude = [f"--exclude={pattern}" for pattern in settings["exclude"]]
    there = [path for path in settings["paths"] if path not in missing]
    if not there:
        raise Failure(f"backup_paths: none of {', '.join(missing)} is there.")
    done = restic.run("backup", "--json", "--host", settings["host"], "--tag", TAG, *exclude, "--", *there, accept=(0, 3))
    summary = next(line for line in map(json.loads, reversed(done.stdout.splitlines())) if line["message_type"] == "summary")
    unread = [line for line in done.stderr.splitlines() if '"error"' in line or line.startswith("error")]
    # A file that went away meanwhile (a rotated log) is none that should be there.
    unread = [line for line in unread if "no such file or directory" not in line]
    snapshot = restic.newest(summary["snapshot_id"])
    found = {
        "size": summary["total_bytes_processed"],
        "added": summary.get("data_added_packed", summary["data_added"]),
        "files": summary["total_files_processed"],
        "snapshot": snapshot["id"],
        "snapshot_time": parse_time(snapshot["time"]),
    }
    if missing or unread:
        state.action("backup").update(found)
        what = f"backup_paths: {', '.join(missing)} is not there." if missing else f"Files could not be read: {' '.join(unread)[-600:]}"
        raise Failure(f"The snapshot {snapshot['id'][:8]} is not complete. {what}")
    return found


def forget(restic, unused):
    keep = [f"--keep-{name}={count}" for name, count in restic.settings["keep"].items()]
    restic.run("forget", "--prune", "--group-by", "host,tags", "--host", restic.settings["host"], "--tag", TAG, *keep)
    return {"size": restic.json("stats", "--mode", "raw-data")["total_size"]}


def check(restic, unused):
    subset = restic.settings["check_subset"]
    restic.run("check", *([f"--read-data-subset={subset}"] if subset else []))
    return {}


def digest(path):
    found = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            found.update(part)
    return found.hexdigest()


def compare(folder, root=Path("/")):
    """Count restored files, and compare by SHA-256 those that have not changed since on this host."""
    files = size = compared = 0
    for base, _folders, names in os.walk(folder):
        for path in (Path(base) / name for name in names):
            if path.is_symlink() or not path.is_file():
                continue
            restored, live = path.stat(), root / path.relative_to(folder)
            files, size = files + 1, size + restored.st_size
            with contextlib.suppress(OSError):
                now = live.lstat()
                if live.is_file() and not live.is_symlink() and (now.st_size, now.st_mtime_ns) == (restored.st_size, restored.st_mtime_ns):
                    if digest(path) != digest(live):
                        raise Failure(f"{live} differs from what was restored, and has not changed since.")
                    compared += 1
    return {"files": files, "size": size, "compared": compared}


def drill(restic, unused):
    """Restore the newest snapshot to a scratch folder, look at it, remove it."""
    scratch = Path(restic.settings["drill_directory"])
    snapshot = restic.newest()
    # Of a drill that was killed.
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, parents=True)
    try:
        began = time.time()
        promised = restic.restore(snapshot, scratch)
        seconds = time.time() - began
        found = compare(scratch)
        if found["size"] < promised["total_size"] * 0.99 or not found["files"]:
            raise Failure(f"The snapshot {snapshot['id'][:8]} has {promised['total_size']} bytes, and {found['size']} were restored.")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {**found, "snapshot": snapshot["id"], "snapshot_time": parse_time(snapshot["time"]), "restore_seconds": seconds}


def restore(restic, options):
    """Restore to a folder, or in place. What was interrupted goes on with the snapshot that it began with."""
    target = Path("/") if options.in_place else Path(os.path.abspath(options.target))
    if not options.in_place and target == Path("/"):
        raise Failure("backup_restore_target: / is in place; say so with backup_restore_in_place, or name a folder.")
    paths = [os.path.normpath(path) for path in options.path]
    note = STATE / "restores" / f"{hashlib.sha256(json.dumps([str(target), sorted(paths)]).encode()).hexdigest()[:16]}.json"
    begun = json.loads(note.read_text()) if note.exists() else {}
    filled = not options.in_place and target.is_dir() and any(target.iterdir())
    resumes = begun and not begun["done"] and options.snapshot in ("latest", begun["snapshot"])
    snapshot = restic.newest(begun["snapshot"] if resumes else options.snapshot)
    if begun.get("done") and begun["snapshot"] == snapshot["id"] and filled and not options.overwrite:
        return {"changed": False, **begun}
    if filled and not (resumes or options.overwrite):
        raise Failure(f"backup_restore_target: {target} is not empty. Name another folder, or set backup_restore_overwrite: true.")
    for path in paths:
        found = restic.run("ls", "--json", snapshot["id"], path).stdout.splitlines()
        if not any(json.loads(line).get("path") == path for line in found):
            raise Failure(f"backup_restore_paths: the snapshot {snapshot['id'][:8]} has no {path}.")
    result = {"snapshot": snapshot["id"], "time": snapshot["time"], "target": str(target), "done": False, "resumed": bool(resumes)}
    if options.check:
        return {"changed": True, **result}
    note.parent.mkdir(mode=0o700, exist_ok=True)
    write(note, json.dumps(result), 0o600)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = time.time()
    restic.restore(snapshot, target, paths)
    result.update(done=True, seconds=round(time.time() - began, 3))
    write(note, json.dumps(result), 0o600)
    return {"changed": True, **result}


def failed(settings, state, name):
    """For systemd: the unit of an action failed. Also where the process was killed and could not say so itself."""
    action = state.action(name)
    if action.get("running") or action.get("ok", True):
        state.fail(name, "It was killed, or ran for longer than backup_timeout.")
    reason = state.action(name)["reason"]
    print(f"<3>The {name} of this host failed: {reason}")
    if settings["failure_command"]:
        names = {"BACKUP_ACTION": name, "BACKUP_REASON": reason, "BACKUP_HOST": settings["host"]}
        command = ["/bin/sh", "-c", settings["failure_command"]]
        ended = subprocess.run(command, env={**os.environ, **names}, check=False).returncode  # noqa: S603
        if ended:
            raise Failure(f"backup_failure_command ended with {ended}.")


def status(state):
    """All that is known, without asking the repository."""
    snapshot, drilled = state.action("backup").get("snapshot_time"), state.action("drill")
    return {
        **state.data,
        "proven": bool(drilled.get("ok")),
        "rpo_seconds": round(time.time() - snapshot, 1) if snapshot else None,
        "rto_seconds": drilled.get("restore_seconds"),
    }


@contextlib.contextmanager
def alone():
    """One action of this host at a time: they wait for each other."""
    STATE.mkdir(mode=0o700, exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def act(name, restic, state):
    state.begin(name)
    try:
        same_repository(restic, state)
        # Removes locks of processes that are gone, no others.
        restic.run("unlock")
        found = globals()[name](restic, state)
    except Failure as failure:
        state.fail(name, str(failure))
        raise
    except Exception as error:
        state.fail(name, f"{type(error).__name__}: {error}")
        raise
    state.end(name, **found)
    print(json.dumps(found))


def arguments(argv):
    parser = argparse.ArgumentParser(description="Backups of this host's files.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ACTIONS:
        commands.add_parser(name)
    commands.add_parser("status", help="what is known of the last runs, as JSON")
    commands.add_parser("init", help="make the repository where there is none").add_argument("--check", action="store_true")
    commands.add_parser("failed", help="for systemd").add_argument("action", choices=ACTIONS)
    back = commands.add_parser("restore", help="restore files")
    back.add_argument("--snapshot", default="latest")
    back.add_argument("--path", action="append", default=[])
    where = back.add_mutually_exclusive_group(required=True)
    where.add_argument("--target")
    where.add_argument("--in-place", action="store_true")
    back.add_argument("--overwrite", action="store_true")
    back.add_argument("--check", action="store_true")
    return parser.parse_args(argv)


def main(argv=None):
    options = arguments(argv)
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", CONFIGURATION))
    try:
        settings = json.loads((folder / "settings.json").read_text())
        if options.command == "status":
            print(json.dumps(status(State(STATE, None)), indent=1))
            return 0
        with alone():
            state = State(STATE, settings["metrics_directory"])
            if options.command == "failed":
                failed(settings, state, options.action)
                return 0
            restic = Restic(settings, folder)
            if options.command == "init":
                init(restic, state, options.check)
            elif options.command == "restore":
                same_repository(restic, state)
                print(json.dumps(restore(restic, options)))
            else:
                act(options.command, restic, state)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
