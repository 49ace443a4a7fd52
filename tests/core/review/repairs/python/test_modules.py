"""Imports from a module that lacks the name."""

import pytest

from core.review.repairs.python.modules import correct_modules
from tests.support.repairs import repaired


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from fastapi import FastAPI, CORSMiddleware",
            "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware",
        ),
        ("from fastapi import JSONResponse", "from fastapi.responses import JSONResponse"),
        (
            "from fastapi import BaseModel as Model\nimport pydantic",
            "from pydantic import BaseModel as Model\nimport pydantic",
        ),
        ("from flask import Flask, CORS", "from flask import Flask\nfrom flask_cors import CORS"),
        (
            "if True:\n    from fastapi import FastAPI, HTMLResponse",
            "if True:\n    from fastapi import FastAPI\n    from fastapi.responses import HTMLResponse",
        ),
    ],
)
def test_a_name_is_taken_from_where_it_is(before: str, after: str) -> None:
    assert repaired(correct_modules, {"main.py": f"{before}\n"}) == {"main.py": f"{after}\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from fastapi import FastAPI, status_code\napp = FastAPI(status_code=1).status_code",
            "from fastapi import FastAPI\napp = FastAPI(status_code=1).status_code",
        ),
        ("from fastapi import Nonsense\nx = 1", "\nx = 1"),
        ("from fastapi import Nonsense, CORSMiddleware", "from fastapi.middleware.cors import CORSMiddleware"),
    ],
)
def test_a_name_that_nobody_has_and_nothing_uses_is_left_out(before: str, after: str) -> None:
    assert repaired(correct_modules, {"main.py": f"{before}\n"}) == {"main.py": f"{after}\n"}


@pytest.mark.parametrize(
    "other",
    [
        "from main import Nonsense",
        "from main import *\nNonsense(1)",
        "import main\nmain.Nonsense",
        "x('main.Nonsense')",
    ],
)
def test_a_name_that_another_file_takes_from_here_stays(other: str) -> None:
    texts = {"main.py": "from fastapi import Nonsense\n", "other.py": f"{other}\n"}
    assert repaired(correct_modules, texts) == {}


@pytest.mark.parametrize(
    "text",
    [
        "from fastapi import FastAPI, status\n",
        "from fastapi import security\n",
        "from fastapi import Nonsense\nprint(Nonsense)\n",
        "from fastapi import Nonsense as Sense\nprint(Sense)\n",
        "from fastapi import Nonsense\n__all__ = ['Nonsense']\n",
        "def f():\n    from fastapi import Nonsense\n",
        "class A:\n    from fastapi import Nonsense, FastAPI\n",
        "from fastapi import Nonsense; import os\n",
        "import os; from fastapi import Nonsense\n",
        "if 1: from fastapi import FastAPI, JSONResponse\n",
        "from fastapi import Nonsense\nmatch x:\n    case Nonsense():\n        pass\n",
        "from fastapi import Kinds\nmatch x:\n    case Kinds.A:\n        pass\n",
        "from fastapi import *\n",
        "from fastapi import (\n    JSONResponse,  # of Starlette\n)\n",
        "from .fastapi import JSONResponse\n",
        "from unknown import JSONResponse\n",
        "try:\n    from fastapi import JSONResponse\nexcept ImportError:\n    pass\n",
    ],
)
def test_what_is_right_or_not_certain_stays(text: str) -> None:
    assert repaired(correct_modules, {"main.py": text}) == {}


def test_a_module_of_the_project_is_the_projects() -> None:
    assert repaired(correct_modules, {"main.py": "from flask import CORS\n", "flask.py": ""}) == {}


@pytest.mark.parametrize(
    ("line", "is_corrected"), [("pydantic<2", False), ("pydantic==1.10.2", False), ("pydantic", True)]
)
def test_another_generation_of_a_package_has_its_own_names(line: str, is_corrected: bool) -> None:
    texts = {
        "main.py": "from pydantic import BaseSettings\nimport pydantic_settings\n",
        "requirements.txt": f"{line}\n",
    }
    assert bool(repaired(correct_modules, texts)) is is_corrected
