"""The collection as a user installs it, and the promises that hold for every role."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# The role wiring has no tasks and takes no variables: it is what the playbooks know.
ROLES = sorted(path.parent.name for path in (ROOT / "roles").glob("*/tasks"))


def run(*argv, cwd=ROOT, **environment):
    done = subprocess.run(argv, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of a user who has installed the built collection and has one host."""
    folder = tmp_path_factory.mktemp("site")
    run("ansible-galaxy", "collection", "build", "--output-path", str(folder))
    archive = next(folder.glob("searchstack-platform-*.tar.gz"))
    (folder / "hosts.yml").write_text(
        yaml.safe_dump(
            {"all": {"children": {"platform": {"children": {"loadbalancers": {"hosts": {"edge": {"ansible_host": "192.0.2.1"}}}}}}}}
        )
    )
    (folder / "ansible.cfg").write_text("[defaults]\n")
    installed(folder, "ansible-galaxy", "collection", "install", "--no-deps", "--offline", "-p", str(folder / "collections"), str(archive))
    return folder


def installed(site, *argv):
    # PYTHONPATH leads to the checkout, which is just what must not be found here.
    return run(*argv, cwd=site, PYTHONPATH="", ANSIBLE_CONFIG=str(site / "ansible.cfg"), ANSIBLE_COLLECTIONS_PATH=str(site / "collections"))


def test_the_installed_playbook_is_found_by_its_name(site):
    assert "Preflight" in installed(site, "ansible-playbook", "-i", "hosts.yml", "searchstack.platform.site", "--list-tasks")


def test_the_archive_holds_no_state_and_no_tests_of_ours(site):
    files = json.loads((site / "collections/ansible_collections/searchstack/platform/FILES.json").read_text())["files"]
    names = [entry["name"] for entry in files]
    assert [name for name in names if name.split("/")[0] in (".lab", ".ansible", ".git", ".ci")] == []
    assert {"playbooks/site.yml", "roles/opensearch/tasks/main.yml", "LICENSE", "README.md"} <= set(names)


@pytest.mark.parametrize("kind", ["module", "filter", "role"])
def test_everything_is_documented(site, kind):
    documented = json.loads(installed(site, "ansible-doc", "--type", kind, "--json", "--metadata-dump", "searchstack.platform"))["all"][
        kind
    ]
    names = {
        "module": (ROOT / "plugins/modules").glob("*.py"),
        "filter": (ROOT / "plugins/filter").glob("*.yml"),
        "role": map(Path, ROLES),
    }[kind]
    expected = {f"searchstack.platform.{path.stem}" for path in names if path.stem != "__init__"}
    assert expected - set(documented) == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_of_a_role_is_specified_and_explained(role):
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults/main.yml").read_text()) or {}
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
    options = {name: option for entry in specs.values() for name, option in entry["options"].items()}
    assert {name for name in defaults if not name.startswith("__")} - set(options) == set()
    assert [name for name in options if not name.startswith(f"{role}_")] == []
    assert [name for name, option in options.items() if not option.get("description")] == []
    # A default that is stated twice must be the same one (Jinja expressions are not repeated in the documentation).
    stated = {name: option["default"] for name, option in options.items() if "default" in option}
    assert {name: value for name, value in stated.items() if defaults.get(name) != value} == {}


@pytest.mark.parametrize("role", ROLES)
def test_the_preflight_takes_the_same_variables(role):
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
    assert specs["preflight"]["options"] == specs["main"]["options"]


def test_an_environment_wins_over_what_all_share(tmp_path):
    for name in ("group_vars", "inventories"):
        run("cp", "-a", str(ROOT / name), str(tmp_path / name))
    (tmp_path / "group_vars/all/zz_test.yml").write_text("shared_only: shared\nboth: shared\n")
    (tmp_path / "inventories/lab/group_vars/all/zz_test.yml").write_text("both: environment\n")
    seen = json.loads(run("ansible-inventory", "-i", str(tmp_path / "inventories/lab"), "--host", "os1"))
    assert (seen["shared_only"], seen["both"]) == ("shared", "environment")


def test_the_named_versions_of_collections_are_those_that_the_tests_use():
    named = {entry["name"]: entry["version"] for entry in yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]}
    carried = {name: importlib.import_module(f"ansible_collections.{name}") for name in named}
    manifests = {name: json.loads((Path(module.__path__[0]) / "MANIFEST.json").read_text()) for name, module in carried.items()}
    assert {name: manifest["collection_info"]["version"] for name, manifest in manifests.items()} == named


@pytest.mark.parametrize("file", sorted([*ROOT.glob("requirements*.txt"), ROOT / "lab/requirements.txt"]), ids=lambda path: path.name)
def test_every_python_package_of_the_controller_has_digests(file):
    entries = [line for line in file.read_text().replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    assert len(entries) > 10
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_changelog_fragments_are_valid():
    run("antsibull-changelog", "lint")
