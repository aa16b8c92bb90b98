# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs a Python project and its dependencies for hosts without pip, compiler or internet: one archive, the same every time.

The release's name is its version and a digest of all that goes in, so that a changed source is a new release and an unchanged
one is not built again. Wheels are fetched for the hosts' Python and machine, not for this one's. Standard library and pip only.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FORMAT = "1"  # changes when the layout of the archive does
SKIPPED = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "build", "dist", "tests"}
KEPT_BUNDLES = 5


def source_files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    found = []
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.endswith(".egg-info"))
        found += [Path(folder) / name for name in sorted(names) if not name.endswith(".pyc")]
    return found


def release_name(options: argparse.Namespace) -> str:
    digest = hashlib.sha256()
    for part in (FORMAT, options.python, options.machine, str(options.glibc), *options.requirement, "", *options.exclude, ""):
        digest.update(part.encode() + b"\0")
    root = options.source if options.source.is_dir() else options.source.parent
    for path in source_files(options.source):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    if options.constraints:
        digest.update(hashlib.sha256(options.constraints.read_bytes()).digest())
    return f"{options.version}-{digest.hexdigest()[:10]}"


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input", *arguments]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
    subprocess.run(command, check=True, stdout=sys.stderr, env=environment)  # noqa: S603


def own_wheel(source: Path, folder: Path) -> Path:
    if source.is_file():
        return source
    # Built from a copy: build tools leave files beside the source.
    shutil.copytree(source, folder / "source", ignore=shutil.ignore_patterns(*SKIPPED, "*.egg-info"))
    lock, tools = source / "build-constraints.txt", []
    if lock.exists():
        # pip looks at no digests of what builds a wheel. So it finds only what it has fetched before, by digest.
        fetched = str(folder / "tools")
        pip("download", "--dest", fetched, "--only-binary=:all:", "--no-deps", "--require-hashes", "--requirement", str(lock))
        tools = ["--no-index", "--find-links", fetched]
    pip("wheel", "--no-deps", *tools, "--wheel-dir", str(folder / "wheel"), str(folder / "source"))
    return next((folder / "wheel").glob("*.whl"))


def locked(options: argparse.Namespace) -> dict[str, str]:
    """What the lock file names for the hosts' Python and machine: {name: requirement with its digests}."""
    # pip's own copy: pip has to be there anyway.
    from pip._vendor.packaging.requirements import Requirement  # noqa: PLC0415

    host = {"python_version": options.python, "python_full_version": f"{options.python}.0", "platform_machine": options.machine}
    host |= {"implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": ""}
    host |= {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"}
    found = {}
    for line in options.constraints.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        text, *digests = re.sub(r"(^|\s)#.*", "", line).split(" --hash=")
        if text.strip():
            requirement = Requirement(text)
            if not requirement.marker or requirement.marker.evaluate(host):
                pin = f"{requirement.name}{requirement.specifier}"
                found[canonical(requirement.name)] = " --hash=".join([pin, *map(str.strip, digests)])
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def install(options: argparse.Namespace, wheel: Path, folder: Path, target: Path) -> None:
    platforms = [f"manylinux_2_{minor}_{options.machine}" for minor in range(options.glibc, 16, -1)]
    platforms += [f"manylinux2014_{options.machine}", f"linux_{options.machine}"]
    common = ["install", "--target", str(target), "--no-compile", "--only-binary=:all:", "--implementation", "cp"]
    common += ["--python-version", options.python, *(argument for name in platforms for argument in ("--platform", name))]
    if not options.constraints:
        # pip judges markers such as python_version < "3.13" by the Python that runs it: another reason to have a lock file.
        pip(*common, str(wheel), *options.requirement)
        return
    # The lock file has settled what goes with which Python; pip would ask the one that runs it.
    common += ["--no-deps", "--ignore-requires-python"]
    requirements = locked(options)
    missing = [name for name in options.requirement if canonical(re.split(r"[^A-Za-z0-9._-]", name)[0]) not in requirements]
    if missing:
        sys.exit(f"{options.constraints} does not name {', '.join(missing)}: add it to the project's dependencies and lock them again.")
    (folder / "locked.txt").write_text("\n".join(requirements.values()), encoding="utf-8")
    hashed = ["--require-hashes"] if all("--hash=" in line for line in requirements.values()) else []
    pip(*common, *hashed, "--requirement", str(folder / "locked.txt"))
    pip(*common, str(wheel))


def tidy(options: argparse.Namespace, target: Path) -> None:
    # Console scripts name this machine's interpreter, and direct_url.json its folders.
    shutil.rmtree(target / "bin", ignore_errors=True)
    for path in target.glob("*.dist-info/direct_url.json"):
        path.unlink()
    for path in target.glob("*.dist-info/RECORD"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("../../bin/") and "direct_url.json" not in line]
        path.write_text("".join(kept), encoding="utf-8")
    for pattern in options.exclude:
        for path in sorted(target.glob(pattern), reverse=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def pack(target: Path, archive: Path) -> None:
    def same_everywhere(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = 315532800
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=5, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w|") as tar,
    ):
        for path in sorted(target.rglob("*")):
            tar.add(path, arcname=str(path.relative_to(target)), recursive=False, filter=same_everywhere)


def build(options: argparse.Namespace, bundle: Path) -> None:
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=options.output) as name:
        folder = Path(name)
        install(options, own_wheel(options.source, folder), folder, folder / "target")
        tidy(options, folder / "target")
        pack(folder / "target", folder / bundle.name)
        digest = hashlib.sha256((folder / bundle.name).read_bytes()).hexdigest()
        Path(f"{bundle}.sha256").write_text(f"{digest}  {bundle.name}\n", encoding="utf-8")
        (folder / bundle.name).replace(bundle)
    suffix = bundle.name.rpartition("-py")[2]
    bundles = sorted(options.output.glob(f"{options.name}-*-py{suffix}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in bundles[KEPT_BUNDLES:]:
        old.unlink()
        Path(f"{old}.sha256").unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--source", required=True, type=Path, help="folder of a Python project, or a wheel")
    parser.add_argument("--constraints", type=Path, help="a lock file: every dependency, pinned, with digests or without")
    parser.add_argument("--requirement", action="append", default=[], help="packages that the source does not ask for itself")
    parser.add_argument("--exclude", action="append", default=[], help="glob of what to leave out of the archive")
    parser.add_argument("--python", required=True, help="the hosts' Python, 3.13")
    parser.add_argument("--machine", required=True, choices=["x86_64", "aarch64"])
    parser.add_argument("--glibc", required=True, type=int, help="36 for glibc 2.36, the hosts' oldest")
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--check", action="store_true", help="say whether it would build, and build nothing")
    parser.add_argument("--print-release", action="store_true", help="print the release's name alone")
    options = parser.parse_args()
    release = release_name(options)
    if options.print_release:
        print(release)
        return
    bundle = options.output / f"{options.name}-{release}-py{options.python}-{options.machine}.tar.gz"
    missing = not bundle.exists()
    if missing and not options.check:
        build(options, bundle)
    print(json.dumps({"changed": missing, "release": release, "path": str(bundle)}))


if __name__ == "__main__":
    main()
