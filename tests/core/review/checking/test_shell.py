"""Syntax errors of shell scripts."""

from core.review.checking.shell import shell_problems
from tests.support.source_files import source_file


async def test_the_first_error_of_each_script_is_told() -> None:
    files = [
        source_file("a.sh", "if true; then\n  echo 1\n"),
        source_file("b.sh", "echo 1\n"),
        source_file("c/a.sh", "(\n"),
    ]
    found = (await shell_problems(files)).problems
    assert {path: [problem.line for problem in problems] for path, problems in found.items()} == {
        "a.sh": [1],
        "c/a.sh": [1],
    }
    assert all(problem.message.endswith(".") for problems in found.values() for problem in problems)


async def test_columns_count_characters() -> None:
    [problem] = (await shell_problems([source_file("a.sh", "echo 'é' )\n")])).problems["a.sh"]
    assert (problem.line, problem.column) == (1, 10)
