import pytest

from core.review.checking.checks import check
from core.review.checking.problem import ProblemKind
from tests.support.source_files import source_file


async def undeclared(*files: tuple[str, str]) -> list[str]:
    found = await check([source_file(path, text) for path, text in files])
    return [p.message for problems in found.values() for p in problems if p.kind is ProblemKind.DEPENDENCY]


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
    assert await undeclared(("main.py", "import httpx\n"), ("a.ts", "import x from 'x';\n")) == []


async def test_tests_may_use_tools_that_are_not_declared() -> None:
    assert await undeclared(("tests/test_a.py", "import pytest\n"), ("requirements.txt", "flask\n")) == []


PACKAGE = """{
  "name": "own",
  "dependencies": {"react": "1", "@scope/a": "1"},
  "devDependencies": {"vite": "1", "@types/geojson": "1"}
}
"""


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("import axios from 'axios';", "axios"),
        ("import x from '@scope/b/deep';", "@scope/b"),
        ("const x = require('lodash/get');", "lodash"),
        ("export { x } from 'zod';", "zod"),
    ],
)
async def test_a_package_that_package_json_lacks_is_told(line: str, package: str) -> None:
    message = f"package.json does not name the package `{package}`."
    assert await undeclared(("src/a.ts", f"{line}\n"), ("package.json", PACKAGE)) == [message]


@pytest.mark.parametrize(
    "line",
    [
        "import React from 'react'; import { jsx } from 'react/jsx-runtime';",
        "import a from '@scope/a/x'; import { defineConfig } from 'vite';",
        "import fs from 'fs'; import { test } from 'node:test'; import p from 'fs/promises';",
        "import type { Request } from 'express';",
        "import g from 'geojson';",
        "import x from '@/lib/x'; import y from '~/y'; import z from '#z'; import l from '$lib/l';",
        "import x from 'own/x'; import y from 'https://esm.sh/y'; import v from 'virtual:v';",
        "import x from 'lib/x';",
        "try { require('bufferutil'); } catch {}",
    ],
)
async def test_a_package_that_is_declared_or_none_is_not(line: str) -> None:
    assert await undeclared(("src/a.ts", f"{line}\n"), ("src/lib/x.ts", ""), ("package.json", PACKAGE)) == []


async def test_the_manifest_of_another_folder_does_not_count() -> None:
    assert await undeclared(("web/a.ts", "import 'x';\n"), ("server/package.json", PACKAGE)) == []


async def test_a_manifest_that_cannot_be_read_declares_everything() -> None:
    assert await undeclared(("a.ts", "import 'x';\n"), ("package.json", "{")) == []


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
