"""Names whose import is added, and names that are left alone."""

import pytest

from core.review.repairs.python.names import add_missing_imports
from tests.support.repairs import repaired

FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"


def added(text: str, *names: str, **others: str) -> set[str]:
    """The lines that came into ``main.py``."""
    changed = repaired(add_missing_imports, {"main.py": text, **others}, undefined={"main.py": names})
    return set(changed.get("main.py", text).split("\n")) - set(text.split("\n"))


@pytest.mark.parametrize(
    ("use", "name", "line"),
    [
        ("app.add_middleware(CORSMiddleware)", "CORSMiddleware", "from fastapi.middleware.cors import CORSMiddleware"),
        ("r = HTMLResponse('x')", "HTMLResponse", "from fastapi.responses import HTMLResponse"),
        ("r = JSONResponse({})", "JSONResponse", "from fastapi.responses import JSONResponse"),
        ("t = Jinja2Templates('t')", "Jinja2Templates", "from fastapi.templating import Jinja2Templates"),
        ("raise HTTPException(404)", "HTTPException", "from fastapi import HTTPException"),
        ("s = OAuth2PasswordBearer('t')", "OAuth2PasswordBearer", "from fastapi.security import OAuth2PasswordBearer"),
        ("a: List[int] = []", "List", "from typing import List"),
        ("a: Optional[int] = None", "Optional", "from typing import Optional"),
        ("x = datetime.now()", "datetime", "from datetime import datetime"),
        ("x = datetime.datetime.now()", "datetime", "import datetime"),
        ("x = uuid4()", "uuid4", "from uuid import uuid4"),
        ("x = uuid.uuid4()", "uuid", "import uuid"),
        ("x = json.dumps({})", "json", "import json"),
        ("uvicorn.run(app)", "uvicorn", "import uvicorn"),
        ("x = defaultdict(list)", "defaultdict", "from collections import defaultdict"),
    ],
)
def test_a_well_known_name_gets_its_import(use: str, name: str, line: str) -> None:
    assert added(f"{FASTAPI}{use}\n", name) == {line}


def test_what_comes_from_a_package_of_the_project_is_taken_from_there() -> None:
    flask = "from flask import Flask\n\napp = Flask(__name__)\n"
    assert added(f"{flask}CORS(app)\n", "CORS") == {"from flask_cors import CORS"}
    assert added(f"{flask}x = jsonify({{}})\n", "jsonify") == {"from flask import jsonify"}
    sql = "from sqlalchemy import Column\n"
    assert added(f"{sql}s = sessionmaker()\n", "sessionmaker") == {"from sqlalchemy.orm import sessionmaker"}


@pytest.mark.parametrize(
    ("use", "name"),
    [
        ("t: Task = Task()\nx = '/tasks'", "Task"),  # the app's own
        ("b: Book = Book()", "Book"),
        ("p = Path('x')", "Path"),  # pathlib's, or that of FastAPI
        ("x = sleep(1)", "sleep"),  # time's, or that of asyncio
        ("x = users_db", "users_db"),
        ("x = CORS(app)", "CORS"),  # Flask is not used
        ("c = Column('x')", "Column"),  # neither is SQLAlchemy
        ("raise Error('x')", "Error"),
        ("main()", "main"),
        ("s = State()", "State"),
        ("x = path('a')", "path"),
    ],
)
def test_what_may_be_something_else_stays(use: str, name: str) -> None:
    assert added(f"{FASTAPI}{use}\n", name) == set()


def test_a_file_that_lacks_very_many_names_is_left_alone() -> None:
    names = tuple(f"name{number}" for number in range(40))
    assert added(f"{FASTAPI}x: List\n", "List", *names) == set()


def test_a_name_that_another_file_defines_is_not_taken_from_a_package() -> None:
    texts = {
        "errors.py": "class ValidationError(Exception):\n    pass\n",
        "main.py": "from pydantic import BaseModel\n\nraise ValidationError('x')\n",
    }
    assert repaired(add_missing_imports, texts, undefined={"main.py": ("ValidationError",)}) == {}
    del texts["errors.py"]
    assert repaired(add_missing_imports, texts, undefined={"main.py": ("ValidationError",)})
