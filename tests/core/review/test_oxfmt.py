"""What oxfmt makes of files."""

import pytest

from core.review import oxfmt
from core.review.oxfmt import OXFMT_EXTENSIONS, ParseFailure, run_oxfmt
from core.subprocesses import ProgramResult


async def test_each_file_is_formatted_or_has_its_failure() -> None:
    made = await run_oxfmt({"0.ts": "let a:string='b'", "1.ts": "let é = ;\n", "2.css": "a{b:c}"})
    assert made["0.ts"] == 'let a: string = "b";\n'
    assert made["2.css"] == "a {\n  b: c;\n}\n"
    failure = made["1.ts"]
    assert isinstance(failure, ParseFailure)
    assert (failure.line, failure.byte_offset) == (1, 9)


@pytest.mark.parametrize("language", OXFMT_EXTENSIONS)
async def test_every_extension_is_one_that_it_reads(language: str) -> None:
    text = "{}\n" if language == "json" else "\n"
    [result] = (await run_oxfmt({f"0{OXFMT_EXTENSIONS[language]}": text})).values()
    assert isinstance(result, str)


async def test_where_it_fails_without_a_reason_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> ProgramResult:
        return ProgramResult(1, "", "it crashed")

    monkeypatch.setattr(oxfmt, "run_program", fail)
    assert await run_oxfmt({"0.ts": "let a = 1"}) == {"0.ts": None}


async def test_a_failure_of_a_file_that_was_not_given_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> ProgramResult:
        return ProgramResult(1, "", "  x Unexpected token\n   ,-[other.ts:3:2]\n  x Bad\n   ,-[C:\\x\\0.ts:1:5]\n")

    monkeypatch.setattr(oxfmt, "run_program", fail)
    assert await run_oxfmt({"0.ts": "let a"}) == {"0.ts": ParseFailure("Bad", 1, 4)}
