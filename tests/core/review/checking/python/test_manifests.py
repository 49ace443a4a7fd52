"""What one manifest declares."""

import pytest

from core.review.checking.problem import ProblemKind
from core.review.checking.python.manifests import parse_inline_metadata, parse_manifest
from tests.support.source_files import problems_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            '[tool.poetry.dependencies]\npython = "^3"\na = {extras = ["B_c"], version = "1"}\n',
            {"a", "a[b-c]", "python"},
        ),
        ('[tool.poetry.group.dev.dependencies]\na = {extras = ["x"], path = "../a"}\n', {"a", "a[x]"}),
        (
            '[[tool.poetry.dependencies.a]]\nversion = "1"\nextras = ["x"]\n[[tool.poetry.dependencies.a]]\n',
            {"a", "a[x]"},
        ),
        ('[tool.poetry.dev-dependencies]\nA_b = "*"\n', {"a-b"}),
        ('[dependency-groups]\nx = ["a"]\ny = ["b[c]", {include-group = "x"}]\n', {"a", "b", "b[c]", "x"}),
        ('[tool.uv]\ndev-dependencies = ["a>=1"]\n', {"a"}),
        ('[tool.pdm.dev-dependencies]\ntest = ["a", "b"]\n', {"a", "b", "test"}),
        ('[tool.hatch.envs.default]\ndependencies = ["a"]\nextra-dependencies = ["b"]\n', {"a", "b"}),
        ('[tool.flit.metadata]\nrequires = ["a"]\n', {"a"}),
        ('[project.optional-dependencies]\nx = ["a", "b; python_version > \'3\'"]\n', {"a", "b"}),
    ],
)
def test_pyproject_declares_by_the_ways_of_every_tool(text: str, names: set[str]) -> None:
    declared = parse_manifest("pyproject.toml", text)
    assert declared is not None
    assert names <= set(declared)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\ndynamic = ["version", "dependencies"]\n'),
        ("pyproject.toml", "["),
        ("requirements.txt", "--requirement other.txt\n"),
        ("requirements.txt", "a\n-c constraints.txt\n"),
        ("requirements.txt", "--editable ./a\n"),
    ],
)
def test_where_something_else_declares_too_nothing_is_known(path: str, text: str) -> None:
    assert parse_manifest(path, text) is None


HEAD = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#     "rich",  # colours\n#\n# ]\n# ///\n'


def test_a_script_declares_in_its_head() -> None:
    assert parse_inline_metadata(f"#!/usr/bin/env python\n{HEAD}import rich\n") == ["rich"]
    assert parse_inline_metadata("import rich\n") == []
    assert parse_inline_metadata("# /// script\n# dependencies = [\n# ///\n") is None


async def _undeclared(*files: tuple[str, str]) -> list[str]:
    return [p.message for _, p in await problems_in(*files) if p.kind is ProblemKind.DEPENDENCY]


@pytest.mark.parametrize(
    ("requirements", "code"),
    [
        ("Django\ndjango-filter\n", "from django_filters.rest_framework import DjangoFilterBackend\n"),
        ("google-api-python-client\n", "from googleapiclient.discovery import build\n"),
        ("opencv-python-headless\n", "import cv2\n"),
        ("beautifulsoup4\n", "import bs4\nimport soupsieve\n"),
        ("some-sdk\n", "import module_of_another_name\n"),
        ("seaborn-extras\n", "import numpy\nimport requests\n"),
        ("fastapi\n", f"{HEAD}import rich\n"),
        ("fastapi\n", "# /// script\n# dependencies = [\n# ///\nimport stripe\n"),
        (
            "fastapi\n",
            "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])\nimport stripe\n",
        ),
    ],
)
async def test_what_may_be_declared_under_another_name_is_not_missed(requirements: str, code: str) -> None:
    assert await _undeclared(("main.py", code), ("requirements.txt", requirements)) == []


async def test_extras_of_poetry_bring_what_they_bring() -> None:
    text = '[tool.poetry.dependencies]\npython = "^3.11"\nfastapi = {extras = ["standard"], version = "^0.115"}\n'
    code = "import uvicorn\nfrom fastapi import Form\nfrom jinja2 import Template\n\nprint(uvicorn, Form, Template)\n"
    assert await _undeclared(("app.py", code), ("pyproject.toml", text)) == []
    bare = text.replace('{extras = ["standard"], version = "^0.115"}', '"^0.115"')
    assert len(await _undeclared(("app.py", code), ("pyproject.toml", bare))) == 3


async def test_another_scripts_head_declares_nothing_for_this_one() -> None:
    files = [("tool.py", HEAD), ("main.py", "import stripe\n"), ("requirements.txt", "fastapi\n")]
    assert await _undeclared(*files) == ["requirements.txt does not name the package `stripe`."]
