"""Checking never fails and leaves nothing behind, whatever becomes of the programs that it asks."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core import subprocesses
from core.files.source_file import SourceFile
from core.review.checking import checks
from core.review.checking.checks import CHECKS, MAX_PROBLEMS, check
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles
from core.review.checking.syntax import syntax_problems
from tests.support.cpu_time import cpu_limit
from tests.support.shell_programs import lives, put_program, wait_for_death
from tests.support.source_files import check_single, source_file

BROKEN = source_file("a.py", "def f(:\n")
FILES = [BROKEN, source_file("a.ts", "let = ;\n"), source_file("a.sh", "if\n"), source_file("a.json", "{\n")]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders for programs are made, this test's alone."""
    place = tmp_path / "folders"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense", "kill -9 $$", "head -c 9000000 /dev/zero"])
async def test_a_program_that_fails_finds_nothing(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(put_program(tmp_path, script)))
    found = (await check(FILES)).problems
    assert [path for path, problems in found.items() if problems] == ["a.json"]


async def test_a_program_that_is_missing_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(subprocesses, "find_program", lambda _: None)
    monkeypatch.setattr(subprocesses, "_warned", set())
    for _ in range(2):
        assert await check_single(BROKEN) == ()
    assert [record.getMessage() for record in caplog.records] == [
        "ruff is not installed; what it would have found stays unknown"
    ]


async def test_a_program_that_hangs_is_ended_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    hanging = put_program(tmp_path, f"echo $$ > {tmp_path}/pid\nexec sleep 60")
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(hanging))
    monkeypatch.setattr(subprocesses, "RUN_TIMEOUT", 0.5)
    async with asyncio.timeout(5):
        assert await check_single(BROKEN) == ()
    assert not lives(int((tmp_path / "pid").read_text()))
    assert left_in(folders) == []


async def test_a_check_that_is_cancelled_leaves_no_process_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    # A name below its own shell, as the scripts are that start the real program.
    hanging = put_program(tmp_path, f"sleep 60 &\necho $! > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/pid\nwait")
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(hanging))
    task = asyncio.create_task(check([BROKEN]))
    async with asyncio.timeout(20):
        while not (tmp_path / "pid").exists():  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_for_death(int((tmp_path / "pid").read_text()))
    assert left_in(folders) == []


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.html", "a.java", "a.json", "a.sql", "a.sh", "a.css"])
async def test_a_huge_file_is_let_be(path: str) -> None:
    assert (await check([source_file(path, "( { [ < \n" * 70_000)])).problems[path] == ()


async def test_what_cannot_be_parsed_in_time_is_let_be() -> None:
    async with asyncio.timeout(8):
        await check([source_file("a.java", "{ ( [ \" ' < " * 40_000), source_file("a.go", "f(" * 200_000)])


@pytest.mark.parametrize(
    "path", ["a.py", "a.ts", "a.html", "a.vue", "a.java", "a.json", "a.sql", "a.sh", "a.css", "a.xml"]
)
async def test_any_characters_are_borne(path: str) -> None:
    for text in ("\ufeffx", "\x00\x01", "\ud800", "\r\n\r", "\u2028\x0c{", "<" * 300, "[" * 3000):
        assert path in (await check([source_file(path, text)])).problems


async def test_no_settings_are_taken_from_above(folders: Path) -> None:
    (folders / "ruff.toml").write_text("[lint]\nignore = ['ALL']\nexclude = ['*']\n")
    (folders / ".gitignore").write_text("*\n")
    (folders / ".prettierignore").write_text("*\n")
    assert [len(await check_single(file)) for file in FILES] == [1, 1, 1, 1]


async def test_two_files_of_one_name_are_two() -> None:
    found = (await check([source_file("a/x.py", "def f(:\n"), source_file("b/x.py", "y = 1\n")])).problems
    assert [len(problems) for problems in found.values()] == [1, 0]


async def test_nothing_is_found_in_nothing() -> None:
    assert (await check([])).problems == {}
    assert (await check([SourceFile("LICENSE", "text", "x")])).problems == {"LICENSE": ()}


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


class EndlessCheck:
    """A check that never stops finding problems."""

    def find_problems(self, file: SourceFile, _: ProjectFiles, /) -> Iterator[Problem]:
        for line in range(1, 10**9):
            yield Problem(line, 1, f"{file.path} again.", ProblemKind.NAME)


async def test_a_check_is_one_entry_in_the_tuple(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", (EndlessCheck(),))
    found = (await check([source_file("a.txt", "x"), source_file("b.txt", "x")])).problems
    assert {path: len(problems) for path, problems in found.items()} == {"a.txt": MAX_PROBLEMS, "b.txt": MAX_PROBLEMS}
    assert found["b.txt"][0] == Problem(1, 1, "b.txt again.", ProblemKind.NAME)


async def test_a_file_that_is_too_hard_is_named_and_the_others_keep_their_problems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def stop_at_the_first(
        work: Callable[..., object], files: Sequence[SourceFile], context: object
    ) -> tuple[dict[str, object], frozenset[str]]:
        return {file.path: work(context, file) for file in files[1:]}, frozenset({files[0].path})

    monkeypatch.setattr(checks, "for_each_file", stop_at_the_first)
    cut = SourceFile("cut.py", "python", "a\nb", is_complete=False)
    result = await check([cut, source_file("b.html", "<p id=q><p id=q>")])
    assert result.too_hard == {"cut.py"}
    assert result.problems["cut.py"] == (Problem(2, 2, "The file is cut off here.", ProblemKind.TRUNCATED),)
    assert set(result.problems) == {"cut.py", "b.html"}


PAGE = source_file("page.html", "<p id=q>")
HOSTILE = [
    *(("a.css", piece) for piece in ("/*", "url('", "@import '")),
    *(
        ("a.html", piece)
        for piece in ("<!", "<!--", "{{", "<script>1</script>", "<a b='", "<img src=x>", "getElementById(")
    ),
    *(("a.js", piece) for piece in ("id=", "import './a';", "try {", "f(import('a'),", "/*", "getElementById('a')\n")),
    *(("a.py", piece) for piece in ("...\n", "(", "import a\n", "from . import a\n", "#-", "# the ", "def f(): ...\n")),
    *(("a.java", piece) for piece in ("\n", "package a;\n", "import a.b.c.D;\n", "/*", "{", "(){}")),
    *(("a.sql", piece) for piece in ("-- ", "\n", "/*", "-- x -- y\n")),
    *(("a.rs", piece) for piece in (' r#"', "/*")),
    *(("a.cpp", piece) for piece in ('R"x(', 'R"')),
    *(("a.scss", piece) for piece in ("/*", " //")),
    *(("a.xml", piece) for piece in ("<!--", "<a>")),
    ("a.toml", "a."),
    ("a.yaml", " #"),
    ("package.json", '{"a":'),
    ("pyproject.toml", "dependencies."),
    ("requirements.txt", "a[b];(\n"),
    ("tsconfig.json", "a"),
]


@pytest.mark.parametrize(("path", "piece"), HOSTILE)
def test_the_time_of_every_check_is_bounded_whatever_a_file_repeats(path: str, piece: str) -> None:
    """Quadratic time would be at least a hundred times as long for these 100,000 characters."""
    file = source_file(path, piece * (100_000 // len(piece)))
    project = ProjectFiles(
        [file, PAGE, source_file("other.py", "import x\n"), source_file("other.ts", "import 'x';\n")]
    )
    for each in CHECKS:
        with cpu_limit(5):
            for checked in project.files:
                assert sum(1 for _ in zip(each.find_problems(checked, project), range(MAX_PROBLEMS), strict=False)) >= 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("closing.html", "<a>" * 15_000 + "</b>" * 15_000),
        ("brackets.java", "class A { int x = 1 int y; }" + "(){}" * 20_000),
        ("comment.sql", f"{'-- ' * 40}\nfoo bar baz qux;"),
        ("lines.sql", "\n" * 40_000 + "foo bar"),
        ("key.toml", "a." * 25_000 + "b = 1"),
    ],
)
async def test_the_time_to_find_a_syntax_error_is_bounded(path: str, text: str) -> None:
    with cpu_limit(5):
        await syntax_problems([source_file(path, text)])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", 'tool = 1\nproject = "dependencies"\n'),
        ("pyproject.toml", f"dependencies = {'9' * 5000}\n"),
        ("a.toml", f"a = {'9' * 5000}\n"),
        ("requirements.txt", f"a; {'(' * 900}\n"),
        ("package.json", '{"dependencies": [], "name": {}}'),
        ("A.java", "package .x;\nimport a.b.c.D;\n"),
        ("a.json", f'{{"a": {"9" * 5000}'),
    ],
)
async def test_an_odd_file_keeps_no_problem_of_another_from_being_told(path: str, text: str) -> None:
    others = [source_file("B.java", "package a.b.c;\nimport a.b.c.Gone;\n"), source_file("b.json", "{")]
    found = (await check([source_file(path, text), *others])).problems
    assert [len(found[other.path]) for other in others] == [1, 1]
