"""build.py VERSION TARBALL [PLUGIN_ZIP...]  Assembles an OpenSearch archive, laid out as the official one, from published Maven artifacts."""
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


def maven(goal, **properties):
    command = ["mvn", "-B", "-q", "-C", "-f", str(RECIPE / "pom.xml"), f"dependency:{goal}"]
    subprocess.run(command + [f"-D{name}={value}" for name, value in properties.items()], check=True, stdout=sys.stderr)


def fetch_zip(coordinates, work):
    target = work / coordinates.replace(":", "_")
    maven("copy", artifact=coordinates, outputDirectory=target)
    return zipfile.ZipFile(next(target.glob("*.zip")))


def artifact_name(jar):
    return re.sub(r"-\d.*", "", jar.stem)


def copy_jars(artifact, version, folder, known):
    """The artifact's jar and its runtime dependencies, less those that the server has already: a class must not be there twice."""
    folder.mkdir(parents=True)
    maven("copy-dependencies", includeScope="runtime", outputDirectory=folder, **{"module.artifact": artifact, "module.version": version})
    for jar in folder.glob("*.jar"):
        if artifact_name(jar) in known:
            jar.unlink()


def module_descriptor(text, version):
    lines = [line for line in text.replace(REFERENCE, version).splitlines() if not line.startswith("#")]
    text = "\n".join(lines).strip() + "\n"
    if version.startswith("2."):
        text = text.replace("java.version=21", "java.version=11")
        if "name=geo\n" not in text:
            text = text.replace("ModulePlugin\n", "Plugin\n")
    return text


def add_module(home, name, artifact, version, reference, known):
    folder, source = home / "modules" / name, f"opensearch-{REFERENCE}/modules/{name}/"
    copy_jars(artifact, version, folder, known)
    (folder / "plugin-descriptor.properties").write_text(module_descriptor(reference.read(source + "plugin-descriptor.properties").decode(), version))
    if source + "plugin-security.policy" in reference.namelist():
        (folder / "plugin-security.policy").write_bytes(reference.read(source + "plugin-security.policy"))


def add_rule_framework(home, version, reference):
    """The security plugin of 3.x extends this module, which is published only inside the reference; its jars run on this release too."""
    source = f"opensearch-{REFERENCE}/modules/rule-framework/"
    folder = home / "modules/rule-framework"
    folder.mkdir()
    for member in reference.namelist():
        if member.startswith(source) and member.endswith(".jar"):
            (folder / Path(member).name).write_bytes(reference.read(member))
    (folder / "plugin-descriptor.properties").write_text(module_descriptor(reference.read(source + "plugin-descriptor.properties").decode(), version))


def add_plugin(home, plugin):
    """Unpacks as `opensearch-plugin install` does: configuration and commands go to the server's own folders."""
    name = re.search(r"^name=(\S+)", plugin.read("plugin-descriptor.properties").decode(), re.M).group(1)
    folder = home / "plugins" / name
    plugin.extractall(folder)
    for kind in ("config", "bin"):
        if (folder / kind).is_dir():
            shutil.move(folder / kind, home / kind / name)
    return folder


def drop_windows_files(home):
    for file in [*home.rglob("*.bat"), *home.rglob("*.exe")]:
        file.unlink()


def executable(path):
    return path.suffix == ".sh" or "bin" in path.parts[:2]


def pack(home, tarball):
    """Times, owners and order are fixed: the same recipe gives the same checksum."""
    with tarfile.open(tarball, "w:gz", compresslevel=1, format=tarfile.GNU_FORMAT) as archive:
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
        fetch_zip(f"org.opensearch.distribution.integ-test-zip:opensearch:{version}:zip", work).extractall(work)
        home = work / f"opensearch-{version}"
        known = {artifact_name(jar) for jar in (home / "lib").glob("*.jar")}
        reference = fetch_zip(f"org.opensearch.distribution.integ-test-zip:opensearch:{REFERENCE}:zip", work)

        for line in (RECIPE / "modules").read_text().splitlines():
            if not line.startswith("#"):
                name, artifact = line.split()
                add_module(home, name, artifact, version, reference, known)
        if not version.startswith("2."):
            add_rule_framework(home, version, reference)
        for name in PLUGINS:
            add_plugin(home, fetch_zip(f"org.opensearch.plugin:{name}:{version}.0:zip", work))
        if version in S3_VERSION:
            folder = home / "plugins/repository-s3"
            copy_jars("repository-s3", S3_VERSION[version], folder, known)
            shutil.copytree(RECIPE / "repository-s3", folder, dirs_exist_ok=True)
        for path in extra_plugins:
            add_plugin(home, zipfile.ZipFile(path))
        drop_windows_files(home)
        pack(home, tarball)


if __name__ == "__main__":
    os.environ["MAVEN_OPTS"] = os.environ.get("MAVEN_OPTS", "") + " -XX:TieredStopAtLevel=1"
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
