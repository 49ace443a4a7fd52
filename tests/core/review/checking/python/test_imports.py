"""Imports of Python modules that the project does not have."""

import pytest

from tests.support.source_files import found_in

INIT = ("app/__init__.py", "")

MISSING = {
    "relative": ([INIT, ("app/main.py", "from .models import A\n")], "app/main.py:1 There is no file `app/models.py`."),
    "relative name": (
        [INIT, ("app/main.py", "from . import models\n")],
        "app/main.py:1 There is no file `app/models.py`.",
    ),
    "two up": ([INIT, ("app/api/a.py", "from ..db import x\n")], "app/api/a.py:1 There is no file `app/db.py`."),
    "absolute": ([INIT, ("app/main.py", "import app.models\n")], "app/main.py:1 There is no file `app/models.py`."),
    "of a package": (
        [("app/main.py", "from app import crud\n")],
        "app/main.py:1 There is no file `app/crud.py`.",
    ),
    "a sibling by its name": ([("main.py", "from schemas import A\n")], "main.py:1 There is no file `schemas.py`."),
}

THERE = {
    "relative": [INIT, ("app/main.py", "from .models import A\nfrom . import models\n"), ("app/models.py", "")],
    "in init": [("app/__init__.py", "x = 1\n"), ("app/main.py", "from . import x\n")],
    "namespace": [("app/main.py", "from app.api.routes import x\n"), ("app/api/routes.py", "")],
    "below another root": [("backend/app/main.py", "from app.models import A\n"), ("backend/app/models.py", "")],
    "as if from src": [("src/a/__init__.py", ""), ("src/a/b.py", ""), ("tests/test_a.py", "from a.b import x\n")],
    "like a package": [("alembic/env.py", "from alembic import context\nimport alembic.config\n")],
    "own contrib": [
        ("a/__init__.py", ""),
        ("a/peewee/__init__.py", ""),
        ("a/peewee/x.py", "from peewee import CharField\n"),
    ],
    "optional": [INIT, ("app/main.py", "try:\n    from .fast import x\nexcept ImportError:\n    x = None\n")],
    "beside a package of its name": [
        *(("a/__init__.py", ""), ("a/b/__init__.py", ""), ("a/b/oauthlib/__init__.py", "")),
        ("a/b/c.py", "from oauthlib.oauth2 import x\n"),
    ],
    "what every module has": [("a/__init__.py", "x = 1\n"), ("a/b.py", "from a import __doc__\n")],
    "for type checkers": [
        INIT,
        ("app/main.py", "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from .gone import A\n"),
    ],
    "tests that a package leaves out": [
        INIT,
        ("app/run.py", "def f():\n    from app.tests import suite\n    suite()\n"),
    ],
    "of a namespace that others extend": [
        ("products/shop/__init__.py", ""),
        ("products/shop/views.py", "from products.core import Page\nfrom products.core.utils import x\n"),
    ],
    "by protoc": [INIT, ("app/main.py", "from . import todo_pb2\n")],
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_file_that_is_not_there_is_told(name: str) -> None:
    files, message = MISSING[name]
    assert await found_in(*files) == [message]


@pytest.mark.parametrize("name", THERE)
async def test_what_is_there_or_may_be_is_not_missed(name: str) -> None:
    assert await found_in(*THERE[name]) == []


@pytest.mark.parametrize(
    "init",
    ["from .b import models\n", "def __getattr__(name):\n    return name\n", "from .b import *\n", "models = 1\n"],
)
async def test_a_name_that_the_package_may_define_is_not_missed(init: str) -> None:
    assert await found_in(("app/__init__.py", init), ("app/b.py", ""), ("main.py", "from app import models\n")) == []


async def test_a_name_that_the_package_only_holds_as_a_part_of_a_word_is_missed() -> None:
    files = [("app/__init__.py", "other_models = 1\n"), ("main.py", "from app import models\n")]
    assert await found_in(*files) == ["main.py:1 There is no file `app/models.py`."]


async def test_what_a_handler_inside_expects_to_fail_is_not_missed() -> None:
    text = "try:\n    try:\n        from .a import x\n    finally:\n        pass\nexcept ImportError:\n    x = 1\n"
    assert await found_in(INIT, ("app/main.py", text)) == []


async def test_a_handler_of_another_error_does_not_count() -> None:
    text = "try:\n    from .a import x\nexcept KeyError:\n    x = 1\n"
    assert await found_in(INIT, ("app/main.py", text)) == ["app/main.py:2 There is no file `app/a.py`."]
