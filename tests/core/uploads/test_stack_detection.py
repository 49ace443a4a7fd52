"""A stack is suggested where the files fit one, and only one."""

import pytest

from core.catalog.stacks import STACKS, Side
from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.uploads.stack_detection import STACK_TESTS, detect_stack


def files(**texts: str) -> list[SourceFile]:
    """Files by name, where ``__`` stands for a dot."""
    named = {name.replace("__", "."): text for name, text in texts.items()}
    return [SourceFile(path, language_of(path), text) for path, text in named.items()]


def package(*names: str) -> str:
    listed = ", ".join(f'"{name}": "1"' for name in names)
    return f'{{"dependencies": {{{listed}}}}}'


@pytest.mark.parametrize(
    ("side", "found", "stack"),
    [
        (Side.BACKEND, files(requirements__txt="fastapi==0.1\nuvicorn\n"), "fastapi"),
        (Side.BACKEND, files(pyproject__toml='dependencies = ["x", "FastAPI>=1"]\n'), "fastapi"),
        (Side.BACKEND, files(app__py="from fastapi import FastAPI\n"), "fastapi"),
        (Side.BACKEND, files(app__py="import flask\n", requirements__txt="Flask\nflask-cors\n"), "flask"),
        (Side.BACKEND, files(requirements__txt="flask-cors\n"), None),
        (Side.BACKEND, files(app__py="import flask\nimport fastapi\n"), None),
        (Side.BACKEND, files(notes__txt="fastapi\n", app__py="# fastapi\n"), None),
        (Side.BACKEND, files(package__json=package("express")), "express"),
        (Side.BACKEND, files(pom__xml="<groupId>org.springframework.boot</groupId>"), "spring"),
        (Side.BACKEND, files(pom__xml="<groupId>junit</groupId>"), None),
        (Side.BACKEND, files(go__mod="module app\n"), "go"),
        (Side.BACKEND, files(package__json=package("react")), None),
        (Side.FRONTEND, files(package__json=package("react", "react-dom"), index__html=""), "react"),
        (Side.FRONTEND, files(package__json=package("vue"), App__vue=""), "vue"),
        (Side.FRONTEND, files(package__json=package("@angular/core"), index__html=""), "angular"),
        (Side.FRONTEND, files(package__json='{"devDependencies": {"svelte": "5"}}'), "svelte"),
        (Side.FRONTEND, files(package__json=package("react", "vue")), None),
        (Side.FRONTEND, files(index__html="<p>", script__js=""), "html"),
        (Side.FRONTEND, files(index__html="<p>", App__tsx=""), None),
        (Side.FRONTEND, files(requirements__txt="fastapi\n"), None),
        (Side.FRONTEND, files(package__json="[" * 100_000, index__html="<p>"), "html"),
        (Side.FRONTEND, files(package__json='{"dependencies": ["react"]}'), None),
        (Side.FRONTEND, files(package__json="[1]"), None),
    ],
)
def test_the_stack_is_the_only_one_that_fits(side: Side, found: list[SourceFile], stack: str | None) -> None:
    assert detect_stack(found, side) == stack


def test_every_stack_of_the_catalogue_has_its_sign() -> None:
    assert {(side, stack) for side, signs in STACK_TESTS.items() for stack in signs} == {(s.side, s.id) for s in STACKS}
