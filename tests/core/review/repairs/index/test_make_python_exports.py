"""How the index of Python is made: sources are read, none is run."""

import datetime as dt
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

from core.review.repairs.index.make_python_exports import (
    Users,
    count_users,
    entry_of,
    popular_names,
    public_modules,
    read_sources,
    requirements_of,
    resolve,
    standard_entry,
)
from core.review.repairs.index.module_source import read_module
from tests.support.repairs import PACKAGE


def test_a_module_exports_its_list_or_what_is_its_own() -> None:
    modules = {
        "pack": read_module("pack", PACKAGE, is_package=True),
        "pack.app": read_module("pack.app", "class App: ...\n", is_package=False),
        "pack.listed": read_module("pack.listed", "__all__ = ['a', 'b']\nc = 1\n", is_package=False),
    }
    assert resolve(modules, "pack", "App") == "pack.app"
    assert entry_of(modules, "pack")["exports"]["pack.app"] == "App hidden"
    assert "LIMIT" in entry_of(modules, "pack")["exports"]["pack"].split()
    assert entry_of(modules, "pack.listed") == {"is_whole": True, "exports": {"pack.listed": "a b"}, "others": "c"}


def test_a_wheel_is_read_without_its_private_parts(tmp_path: Path) -> None:
    path = tmp_path / "pack.whl"
    with ZipFile(path, "w") as wheel:
        wheel.writestr("pack/__init__.py", "from .tool import Tool as Tool\n")
        wheel.writestr("pack/tool.py", "class Tool: ...\n")
        wheel.writestr("pack/_inner.py", "x = 1\n")
        wheel.writestr("pack/tests/test_tool.py", "x = 1\n")
        wheel.writestr("pack-1.dist-info/METADATA", "Requires-Dist: Other_One>=2\nRequires-Dist: no; extra == 'x'\n")
    sources = read_sources(path)
    assert sources.keys() == {"pack/__init__.py", "pack/tool.py", "pack/_inner.py"}
    assert list(public_modules(sources)) == ["pack", "pack.tool"]
    assert requirements_of(path) == ["other-one"]


def test_what_several_packages_import_is_popular() -> None:
    users = count_users({name: ["from pack import Tool, Other\n", "from pack import Tool\n"] for name in "ab"})
    users.importing["pack", "Tool"] += 1
    assert popular_names("pack", users) == ["Tool"]


def test_of_pythons_library_only_what_many_packages_import_is_exported() -> None:
    users = count_users(
        {"a": ["from datetime import datetime\n"], "b": ["from datetime import date\nx = datetime.date\n"]}
    )
    assert users.importing == Counter({("datetime", "datetime"): 1, ("datetime", "date"): 1})
    assert users.using == Counter({("datetime", "date"): 1})
    importing = Counter({("datetime", "datetime"): 3, ("datetime", "date"): 2, ("datetime", "timedelta"): 1})
    entry = standard_entry(dt, Users(importing, Counter({("datetime", "timedelta"): 4, ("datetime", "date"): 3})))
    assert entry["exports"] == {"datetime": "datetime timedelta"}
    assert entry["is_whole"]
    assert "date" in entry["others"].split()
