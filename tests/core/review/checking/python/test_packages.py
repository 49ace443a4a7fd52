"""What requirements.txt and pyproject.toml declare."""

import pytest

from core.review.checking.problem import ProblemKind
from tests.support.source_files import problems_in


async def undeclared(*files: tuple[str, str]) -> list[str]:
    return [p.message for _, p in await problems_in(*files) if p.kind is ProblemKind.DEPENDENCY]


@pytest.mark.parametrize(
    ("requirements", "line", "package"),
    [
        ("flask\n", "import requests", "requests"),
        ("flask\n", "from flask_cors import CORS", "Flask-Cors"),
        ("fastapi\n", "import uvicorn", "uvicorn"),
        ("fastapi\n", "import yaml", "PyYAML"),
        ("fastapi\n", "import jwt", "PyJWT"),
        ("fastapi\n", "from PIL import Image", "Pillow"),
    ],
)
async def test_a_package_that_requirements_lack_is_told(requirements: str, line: str, package: str) -> None:
    (message,) = await undeclared(("main.py", f"{line}\n"), ("requirements.txt", requirements))
    assert message.startswith(f"requirements.txt does not name the package `{package}`")


@pytest.mark.parametrize(
    ("requirements", "line"),
    [
        (
            "fastapi==0.115.0\nuvicorn[standard]>=0.30 # server\n",
            "import fastapi, uvicorn, pydantic, starlette.requests",
        ),
        ("fastapi[all]\n", "import uvicorn, pydantic_settings"),
        ("Flask~=3.0 ; python_version > '3.8'\n", "import flask, werkzeug.security, jinja2"),
        ("Flask_Cors\n", "from flask import Flask; from flask_cors import CORS"),
        ("flask-sqlalchemy\n", "import sqlalchemy"),
        ("python_dotenv\n", "import dotenv"),
        ("psycopg2-binary\n", "import psycopg2"),
        ("python-jose[cryptography]\n", "from jose import jwt"),
        ("djangorestframework\n", "import django, rest_framework"),
        ("google-cloud-storage\n", "from google.cloud import storage"),
        ("", "import os, sqlite3, __future__"),
        ("", "import sibling"),
        ("git+https://example.org/x.git\n", "import x"),
        ("-r other.txt\n", "import x"),
    ],
)
async def test_a_package_that_is_named_or_comes_along_is_not(requirements: str, line: str) -> None:
    files = [("main.py", f"{line}\n"), ("sibling.py", ""), ("requirements.txt", requirements)]
    assert await undeclared(*files) == []


@pytest.mark.parametrize(
    "pyproject",
    [
        '[project]\nname = "x"\ndependencies = ["httpx>=0.27"]\n',
        '[project]\nname = "x"\ndependencies = []\n[dependency-groups]\ndev = ["httpx"]\n',
        '[tool.poetry.dependencies]\npython = "^3.12"\nhttpx = "^0.27"\n',
        '[project]\nname = "x"\n[tool.ruff]\nline-length = 100\n',
    ],
)
async def test_pyproject_declares_too(pyproject: str) -> None:
    assert await undeclared(("main.py", "import httpx\n"), ("pyproject.toml", pyproject)) == []


async def test_pyproject_is_named_where_it_lacks_a_package() -> None:
    files = [("main.py", "import httpx\n"), ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["flask"]\n')]
    assert await undeclared(*files) == ["pyproject.toml does not name the package `httpx`."]


async def test_without_a_manifest_nothing_is_undeclared() -> None:
    assert await undeclared(("main.py", "import httpx\n")) == []


async def test_tests_may_use_tools_that_are_not_declared() -> None:
    assert await undeclared(("tests/test_a.py", "import pytest\n"), ("requirements.txt", "flask\n")) == []


MAIL = "from pydantic import BaseModel, EmailStr\n\n\nclass User(BaseModel):\n    email: EmailStr\n"


async def test_a_name_that_needs_another_package_is_told() -> None:
    (message,) = await undeclared(("main.py", MAIL), ("requirements.txt", "fastapi\n"))
    assert message == "`EmailStr` needs the package `email-validator`, which requirements.txt does not name."


@pytest.mark.parametrize("requirements", ["fastapi\nemail-validator\n", "pydantic[email]\n", "fastapi[all]\n"])
async def test_a_name_whose_package_is_there_is_not(requirements: str) -> None:
    assert await undeclared(("main.py", MAIL), ("requirements.txt", requirements)) == []


async def test_a_name_that_nothing_uses_needs_nothing() -> None:
    unused = "from fastapi import FastAPI, Form\n\napp = FastAPI()\n"
    assert await undeclared(("main.py", unused), ("requirements.txt", "fastapi\n")) == []


async def test_a_requirement_that_is_a_part_of_python_is_told() -> None:
    (message,) = await undeclared(("requirements.txt", "fastapi\ncollections\ntyping-extensions\n"))
    assert message == "`collections` is a part of Python: leave this line out."


@pytest.mark.parametrize(
    "line",
    [
        "fastapi==0.115.0 --hash=sha256:ab",
        "fastapi==0.115.0 \\\n    --hash=sha256:ab",
        "FastAPI [all] ; python_version>'3'",
    ],
)
async def test_options_continuations_and_markers_belong_to_a_requirement(line: str) -> None:
    [message] = await undeclared(("main.py", "import fastapi, requests\n"), ("requirements.txt", f"{line}\n"))
    assert message.startswith("requirements.txt does not name the package `requests`")


@pytest.mark.parametrize("line", ["flask=2.0", "-e .", "./own", "https://example.org/x.whl", "flask; (((("])
async def test_a_line_that_pip_or_we_cannot_read_may_declare_anything(line: str) -> None:
    assert await undeclared(("main.py", "import requests\n"), ("requirements.txt", f"flask\n{line}\n")) == []


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("requirements-dev.txt", ""),
        ("requirements.in", ""),
        ("requirements/base.txt", ""),
        ("requirements/requirements-dev.txt", ""),
        ("backend/requirements.txt", "backend/app/"),
    ],
)
async def test_a_manifest_is_for_the_folders_around_and_below_it(path: str, folder: str) -> None:
    [message] = await undeclared((f"{folder}main.py", "import requests\n"), (path, "flask\n"))
    assert message.startswith(path)


async def test_the_manifest_of_another_folder_does_not_count() -> None:
    assert await undeclared(("web/main.py", "import requests\n"), ("server/requirements.txt", "flask\n")) == []


@pytest.mark.parametrize("name", ["setup.py", "Pipfile", "environment.yml"])
async def test_beside_a_manifest_that_is_not_read_nothing_is_undeclared(name: str) -> None:
    assert await undeclared(("main.py", "import requests\n"), ("requirements.txt", "flask\n"), (name, "")) == []


@pytest.mark.parametrize(
    ("line", "is_reported"),
    [("json", True), ("asyncio==3.4", True), ("typing-extensions", False), ("# json", False), ("json-log", False)],
)
async def test_only_names_of_the_standard_library_are_parts_of_python(line: str, is_reported: bool) -> None:
    assert bool(await undeclared(("requirements.txt", f"fastapi\n{line}\n"))) is is_reported


async def test_a_manifest_of_odd_shape_declares_what_can_be_read() -> None:
    text = 'tool = 1\n[project]\nname = "x"\ndependencies = ["flask", "b@d", 1, ["httpx"]]\n'
    assert await undeclared(("main.py", "import httpx, flask\n"), ("pyproject.toml", text)) == []
    [message] = await undeclared(("main.py", "import stripe\n"), ("pyproject.toml", text))
    assert message == "pyproject.toml does not name the package `stripe`."
