"""What the runtime is pinned to."""

import json
import re

import pytest

from core.runtime import pins
from core.runtime.pins import DENO_LOCK, PACKAGE_JSON, RECIPE, WHEELS, python_sets, runtime_id, wheel_pins

ADDRESS = re.compile(r"https?://|\bregistry\.", re.IGNORECASE)


def test_the_id_is_that_of_all_pins_and_of_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", runtime_id())
    before = runtime_id()
    runtime_id.cache_clear()
    monkeypatch.setattr(pins, "RECIPE", RECIPE[:1])
    try:
        assert runtime_id() != before
    finally:
        runtime_id.cache_clear()


def test_every_package_of_npm_is_pinned_to_one_version_and_locked_by_hash() -> None:
    versions = json.loads(PACKAGE_JSON.read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"(?:npm:(?:@[^/]+/)?[^@]+@)?\d+(?:\.\d+)+[\w.-]*", it) for it in versions.values())
    locked = json.loads(DENO_LOCK.read_text("utf-8"))["npm"]
    assert all(it["integrity"].startswith("sha512-") for it in locked.values())


def test_every_package_of_a_set_has_a_wheel_and_every_wheel_a_set() -> None:
    in_sets = [package for python_set in python_sets() for package in python_set.packages]
    assert sorted(in_sets) == sorted(wheel_pins())
    assert len(wheel_pins()) == WHEELS.read_text("utf-8").count("==")


def test_each_set_requires_sets_that_are_there() -> None:
    names = {python_set.name for python_set in python_sets()}
    assert all(set(python_set.requires) < names for python_set in python_sets())


def test_no_address_is_in_the_pins() -> None:
    for path in (PACKAGE_JSON, DENO_LOCK, WHEELS, *RECIPE):
        assert not ADDRESS.search(path.read_text("utf-8")), path.name
