"""Syntax errors and undefined names of Python."""

import asyncio
import json
import time

import pytest

from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.python import ruff
from core.review.checking.python.ruff import MAX_UNDEFINED_NAMES, python_problems
from core.subprocesses import ProgramResult
from tests.support.source_files import found_in, source_file


async def problems_of(text: str, *, check_names: bool = True) -> tuple[Problem, ...]:
    return (await python_problems([source_file("a.py", text)], check_names=check_names)).problems.get("a.py", ())


async def test_a_name_that_nothing_defines_is_told() -> None:
    assert await problems_of("def f():\n    return Date()\n") == (
        Problem(2, 12, "Nothing is named `Date`.", ProblemKind.NAME),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ids = itertools.count(1)", "`import itertools` is missing."),
        ("found = Counter()", "`from collections import Counter` is missing."),
        ("raise HTTPException(404)", "`from fastapi import HTTPException` is missing."),
    ],
)
async def test_a_forgotten_import_is_told_as_such(line: str, said: str) -> None:
    [problem] = await problems_of(f"{line}\n")
    assert problem.message == said


@pytest.mark.parametrize(
    "text", ["## Script (Python)\n##bind context=context\nreturn_ = context\n", "c.App.port = 8888\n"]
)
async def test_names_that_come_from_elsewhere_are_not_missed(text: str) -> None:
    assert await problems_of(text) == ()


LOOP = """def f(xs):
    for x in xs:
        if x:
            return {used}
        best, worst = x, x
"""


@pytest.mark.parametrize(("used", "count"), [("best", 0), ("worst", 0), ("x", 0), ("other", 1)])
async def test_a_name_that_a_loop_has_assigned_in_an_earlier_round_is_known(used: str, count: int) -> None:
    assert len(await problems_of(LOOP.format(used=used))) == count


async def test_a_name_that_is_assigned_after_it_is_used_is_told() -> None:
    assert len(await problems_of("def f():\n    print(total)\n    total = 1\n")) == 1


async def test_a_name_inside_an_f_string_is_told() -> None:
    assert [problem.kind for problem in await problems_of('x = f"{y}"\n')] == [ProblemKind.NAME]


@pytest.mark.parametrize(
    "text",
    [
        "def f(x: Date) -> Date: ...\n",
        'def f(x: "Date") -> None: ...\n',
        "x: list[Date] = []\n",
        "type A = Date\n",
        "def f[T: Date](x: T) -> T: ...\n",
        "print(__file__, basestring)\n",
    ],
)
async def test_a_name_in_an_annotation_need_not_be_there(text: str) -> None:
    assert await problems_of(text) == ()


async def test_a_syntax_error_comes_alone_and_names_only_where_they_are_asked_for() -> None:
    [problem] = await problems_of("y\nx = (1 +\n")
    assert problem.kind is ProblemKind.SYNTAX
    assert await problems_of("y\n", check_names=False) == ()


async def test_only_so_many_names_are_looked_up_and_without_holding_up_the_loop() -> None:
    text = "".join(f"name_{number}\n" for number in range(3000))
    late = 0.0

    async def watch() -> None:
        nonlocal late
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            late = max(late, time.monotonic() - before)

    watcher = asyncio.create_task(watch(), name="watch")
    found = await problems_of(text)
    watcher.cancel()
    assert len(found) == MAX_UNDEFINED_NAMES
    assert late < 1


async def test_a_place_that_is_not_in_the_text_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """ruff also counts a carriage return as the end of a line."""
    entry = {
        "filename": "0.py",
        "code": "F821",
        "message": "Undefined name `x`",
        "location": {"row": 9, "column": 1},
    }

    async def answer(*_: object, **__: object) -> ProgramResult:
        return ProgramResult(0, json.dumps([entry]), "")

    monkeypatch.setattr(ruff, "run_program", answer)
    assert await problems_of("x\n") == (Problem(9, 1, "Nothing is named `x`.", ProblemKind.NAME),)


@pytest.mark.parametrize(
    "text",
    [
        "for name in ('A', 'B'):\n    globals()[name] = type(name, (), {})\nprint(A)\n",
        "import sys\n\nif sys.version_info[0] == 2:\n    number = long\nprint(number)\n",
        "import sys\n\nsetattr(sys.modules[__name__], 'A' + '1', 1)\nprint(A1)\n",
        "import builtins\n\nbuiltins.shell = 1\nprint(shell)\n",
    ],
)
async def test_a_name_that_is_made_at_run_time_or_for_another_python_is_not_missed(text: str) -> None:
    assert await found_in(("a.py", text)) == []
