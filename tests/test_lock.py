"""The versions: what pyproject.toml asks for, what uv is held to, and what pip puts into the image are the same."""

import platform
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, UV = PYPROJECT["project"], PYPROJECT["tool"]["uv"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64", "os_name": "nt"},
)
MACHINES = [
    {**machine, "python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython",
     "platform_python_implementation": "CPython"}
    for python, machine in product(PYTHONS, PLATFORMS)
]  # fmt: skip
NAMES = [f"{each['python_version']}-{each['sys_platform']}-{each['platform_machine']}" for each in MACHINES]
HERE = {"python_version": ".".join(platform.python_version_tuple()[:2])}

IMAGE = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]]
EVERYTHING = [
    *PROJECT["dependencies"],
    *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    *(each for group in PYPROJECT["dependency-groups"].values() for each in group),
]
ENTRIES = re.findall(r"^(\S[^\\\n]*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK, re.MULTILINE)
LOCKED = [Requirement(entry) for entry, _ in ENTRIES]
CONSTRAINED = [Requirement(line) for line in UV["constraint-dependencies"]]
RENEW = "Run .ci/lock and commit what it writes."


def applies(requirement: Requirement, machine: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(machine)


def pins(requirements: list[Requirement], machine: dict[str, str]) -> dict[str, str]:
    """The one version of each package on this machine."""
    pinned: dict[str, str] = {}
    for requirement in requirements:
        [specifier] = requirement.specifier
        assert specifier.operator == "==", requirement
        assert not specifier.version.endswith("*"), requirement
        if applies(requirement, machine):
            assert pinned.setdefault(canonicalize_name(requirement.name), specifier.version) == specifier.version
    return pinned


def needed(roots: list[str]) -> Iterator[Requirement]:
    """What these requirements need here, directly or not, as far as it is installed."""
    left_out = {canonicalize_name(name) for name in UV["exclude-dependencies"]}
    waiting, seen = [Requirement(root) for root in roots], set[str]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted = any(applies(requirement, {**HERE, "extra": extra}) for extra in ("", *requirement.extras))
        if not wanted or name in left_out or str(requirement) in seen:
            continue
        seen.add(str(requirement))
        yield requirement
        try:
            for line in metadata.requires(name) or ():
                below = Requirement(line)
                if any(applies(below, {**HERE, "extra": extra}) for extra in ("", *requirement.extras)):
                    below.marker = None
                    waiting.append(below)
        except metadata.PackageNotFoundError:
            pass  # of an extra that is not installed


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
@pytest.mark.parametrize(("asked", "given"), [(IMAGE, LOCKED), (EVERYTHING, CONSTRAINED)], ids=["pip", "uv"])
def test_what_is_asked_for_is_there_on_every_machine(
    asked: list[str], given: list[Requirement], machine: dict[str, str]
) -> None:
    pinned = pins(given, machine)
    for requirement in map(Requirement, asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} has no version. {RENEW}"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is at {version}. {RENEW}"


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
def test_pip_and_uv_get_the_same_versions(machine: dict[str, str]) -> None:
    locked, constrained = pins(LOCKED, machine), pins(CONSTRAINED, machine)
    assert locked.items() <= constrained.items(), RENEW


@pytest.mark.parametrize(("asked", "given"), [(IMAGE, LOCKED), (EVERYTHING, CONSTRAINED)], ids=["pip", "uv"])
def test_nothing_that_those_need_is_missing(asked: list[str], given: list[Requirement]) -> None:
    pinned = pins(given, HERE)
    for requirement in needed(asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} has no version. {RENEW}"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is at {version}. {RENEW}"


def test_these_tests_run_with_those_versions() -> None:
    pinned = pins(CONSTRAINED, HERE)
    installed = {canonicalize_name(each.name): each.version for each in metadata.distributions()}
    other = {name: version for name, version in installed.items() if pinned.get(name, version) != version}
    assert not other, "Run `uv sync`."


def test_the_lock_has_a_hash_for_each_package_and_no_address() -> None:
    said = re.sub(r"^#.*\n", "", LOCK, flags=re.MULTILINE)
    assert said == "".join(f"{entry} \\\n{hashes}" for entry, hashes in ENTRIES)
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(?!hash=)", LOCK, re.MULTILINE)


def test_the_image_is_made_from_the_lock_alone() -> None:
    steps = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    commands = re.split(r"&&|\n", steps)
    [install] = [command for command in commands if re.search(r"\bpip\b.* (install|download)\b|\buv\b", command)]
    for option in ("--require-hashes", "--requirement requirements.lock", "--no-deps", "--only-binary :all:"):
        assert option in install
    assert "!requirements.lock" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_both_stages_of_the_image_stand_on_one_full_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert bases[0] == bases[1]
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases[0])


def test_the_changelog_begins_with_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+)\b", changes, re.MULTILINE)
    assert versions[0] == PROJECT["version"]
