"""Data in an app's modules over a new version of its code."""

import importlib
import itertools
import sys
from pathlib import Path
from typing import Any

import pytest

from core.runtime.python.kept_values import changed_values, read_values, restore_values

APP = """
from itertools import count
from dataclasses import dataclass

@dataclass
class Item:
    text: str

items = {}
names = ["seed"]
ids = count(1)
total = 0
version = VERSION
lock = lambda: None
"""


@pytest.fixture
def app_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # as the host has it
    return import_version(tmp_path, 1)


def import_version(folder: Path, version: int) -> Any:
    """The app, imported anew."""
    (folder / "kept_app.py").write_text(APP.replace("VERSION", str(version)), "utf-8")
    sys.modules.pop("kept_app", None)
    importlib.invalidate_caches()
    return importlib.import_module("kept_app")


def test_what_has_changed_is_put_back_into_the_next_version(app_module: Any, tmp_path: Path) -> None:
    fresh = read_values(str(tmp_path))
    app_module.items[next(app_module.ids)] = app_module.Item("milk")
    app_module.names.append("bread")
    app_module.total = 3
    kept = changed_values(fresh, read_values(str(tmp_path)))
    now = import_version(tmp_path, 2)
    names = now.names
    restore_values(kept)
    assert now.items == {1: now.Item("milk")}
    assert now.names is names, "others may hold the same list"
    assert names == ["seed", "bread"]
    assert (now.total, next(now.ids)) == (3, 2)
    assert now.version == 2, "what has not changed is the new version's own"


def test_nothing_is_kept_of_what_is_as_it_was(app_module: Any, tmp_path: Path) -> None:
    assert app_module.items == {}
    fresh = read_values(str(tmp_path))
    assert ("kept_app", "lock") not in fresh
    assert changed_values(fresh, read_values(str(tmp_path))) == b""


def test_what_is_of_another_kind_now_stays_as_it_is(app_module: Any, tmp_path: Path) -> None:
    fresh = read_values(str(tmp_path))
    app_module.items[1] = app_module.Item("milk")
    app_module.names.append("x")
    kept = changed_values(fresh, read_values(str(tmp_path)))
    now = import_version(tmp_path, 2)
    now.names = "no list"
    del now.Item
    restore_values(kept)
    assert (now.names, now.items) == ("no list", {})


def test_a_counter_goes_on_by_its_step(app_module: Any, tmp_path: Path) -> None:
    app_module.ids = itertools.count(10, 5)
    fresh = read_values(str(tmp_path))
    next(app_module.ids)
    kept = changed_values(fresh, read_values(str(tmp_path)))
    now = import_version(tmp_path, 2)
    restore_values(kept)
    assert [next(now.ids), next(now.ids)] == [15, 20]
