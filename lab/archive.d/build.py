"""Assembles an OpenSearch archive, laid out as the official one, from published Maven artifacts.

build.py VERSION TARBALL [PLUGIN_ZIP...]
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
PLUGINS = ("opensearch-job-scheduler", "opensearch-security")
# This release's server zip carries every module; the others' lack most. It tells what a module's descriptor and policy look like.
REFERENCE = "3.5.0"
# Not published for every release; this older one runs on it.
S3_VERSION = {"3.4.0": "3.3.2"}
# SHA-256 of every file that may go in, as sha256sum writes it.
CHECKSUMS = {name: checksum for checksum, name in (line.split() for line in (RECIPE / "checksums").read_text().splitlines())}
TRIES = 3


def maven(goal, target, **properties):
    """Fetches into the folder `target`. A failed look-up is cached, so that each try asks anew (-U)."""
    command = ["mvn", "-B", "-q", "-U", "-f", str(RECIPE / "pom.xml"), f"dependency:{goal}", f"-DoutputDirectory={target}"]
    for left in reversed(range(TRIES)):
        done = subprocess.run(command + [f"-D{name}={value}" for name, value in properties.items()], check=left == 0, stdout=sys.stderr)  # noqa: S603
        if done.returncode == 0:
            break
    verify(target)


def verify(folder):
    """Our own checksums: a registry does not have one for each file, and what it has comes over the same line."""
    wrong = []
    for file in sorted(folder.iterdir()):
        checksum = hashlib.sha256(file.read_bytes()).hexdigest()
        if CHECKSUMS.get(file.name) != checksum:
            wrong.append(f"{checksum}  {file.name}")
    if wrong:
        sys.exit("Not what archive.d/checksums says. If the recipe was changed on purpose, these lines belong there:\n" + "\n".join(wrong))


def fetch_zip(coordinates, work):
    target = work / coordinates.replace(":", "_")
    maven("copy", target, artifact=coordinates)
    return next(target.glob("*.zip"))


def fetch_server(version, work):
    return fetch_zip(f"org.opensearch.distribution.integ-test-zip:opensearch:{version}:zip", work)


def artifact_name(jar):
    return re.sub(r"-\d.*", "", jar.stem)


class Archive:
    """The unpacked archive while it grows."""

    def __init__(self, version, work):
        self.version = version
        self.old = version.startswith("2.")
        shutil.unpack_archive(fetch_server(version, work), work)
        self.home = work / f"opensearch-{version}"
        self.known = {artifact_name(jar) for jar in (self.home / "lib").glob("*.jar")}
        self.reference = zipfile.ZipFile(fetch_server(REFERENCE, work))

    def add_jars(self, artifact, version, folder):
        """The artifact's jar and its runtime dependencies, less those that the server has already: a class must not be there twice."""
        folder.mkdir(parents=True)
        module = {"module.artifact": artifact, "module.version": version}
        maven("copy-dependencies", folder, includeScope="runtime", **module)
        for jar in folder.glob("*.jar"):
            if artifact_name(jar) in self.known:
                jar.unlink()

    def add_descriptor(self, folder):
        """The reference's descriptor of the same module, told for this release."""
        text = self.reference.read(f"opensearch-{REFERENCE}/modules/{folder.name}/plugin-descriptor.properties").decode()
        lines = [line for line in text.replace(REFERENCE, self.version).splitlines() if not line.startswith("#")]
        text = "\n".join(lines).strip() + "\n"
        if self.old:
            text = text.replace("java.version=21", "java.version=11")
            if folder.name != "geo":
                text = text.replace("ModulePlugin\n", "Plugin\n")
        (folder / "plugin-descriptor.properties").write_text(text)

    def add_from_reference(self, folder, suffix):
        source = f"opensearch-{REFERENCE}/modules/{folder.name}/"
        for member in self.reference.namelist():
            if member.startswith(source) and member.endswith(suffix):
                (folder / Path(member).name).write_bytes(self.reference.read(member))

    def add_module(self, name, artifact):
        folder = self.home / "modules" / name
        self.add_jars(artifact, self.version, folder)
        self.add_descriptor(folder)
        self.add_from_reference(folder, "/plugin-security.policy")

    def add_rule_framework(self):
        """The security plugin of 3.x extends this module, which is published only inside the reference; its jars run here too."""
        folder = self.home / "modules/rule-framework"
        folder.mkdir()
        self.add_descriptor(folder)
        self.add_from_reference(folder, ".jar")

    def add_plugin(self, plugin):
        """Unpacks as `opensearch-plugin install` does: configuration and commands go to the server's own folders."""
        with zipfile.ZipFile(plugin) as opened:
            descriptor = opened.read("plugin-descriptor.properties").decode()
        name = re.search(r"^name=(\S+)", descriptor, re.MULTILINE).group(1)
        folder = self.home / "plugins" / name
        shutil.unpack_archive(plugin, folder, "zip")
        for kind in ("config", "bin"):
            if (folder / kind).is_dir():
                shutil.move(folder / kind, self.home / kind / name)

    def add_s3(self):
        folder = self.home / "plugins/repository-s3"
        self.add_jars("repository-s3", S3_VERSION[self.version], folder)
        shutil.copytree(RECIPE / "repository-s3", folder, dirs_exist_ok=True)

    def drop_windows_files(self):
        for file in [*self.home.rglob("*.bat"), *self.home.rglob("*.exe")]:
            file.unlink()


def executable(path):
    return path.suffix == ".sh" or "bin" in path.parts[:2]


def pack(home, tarball):
    """Times, owners and order are fixed: the same recipe gives the same checksum."""
    with (
        gzip.GzipFile(tarball, "wb", compresslevel=1, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in [home, *sorted(home.rglob("*"))]:
            relative = path.relative_to(home.parent)
            entry = tarfile.TarInfo(str(relative))
            entry.mtime = 315532800
            if path.is_dir():
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
            else:
                entry.mode = 0o755 if executable(path.relative_to(home)) else 0o644
                entry.size = path.stat().st_size
                archive.addfile(entry, io.BytesIO(path.read_bytes()))


def main(version, tarball, extra_plugins):
    with tempfile.TemporaryDirectory(dir=Path(tarball).parent) as scratch:
        work = Path(scratch)
        archive = Archive(version, work)
        for line in (RECIPE / "modules").read_text().splitlines():
            if not line.startswith("#"):
                archive.add_module(*line.split())
        if not archive.old:
            archive.add_rule_framework()
        for name in PLUGINS:
            archive.add_plugin(fetch_zip(f"org.opensearch.plugin:{name}:{version}.0:zip", work))
        if version in S3_VERSION:
            archive.add_s3()
        for path in extra_plugins:
            archive.add_plugin(path)
        archive.drop_windows_files()
        pack(archive.home, tarball)


if __name__ == "__main__":
    os.environ["MAVEN_OPTS"] = os.environ.get("MAVEN_OPTS", "") + " -XX:TieredStopAtLevel=1"
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
