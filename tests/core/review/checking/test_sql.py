"""Syntax errors of SQL."""

import time

import pytest

from core.review.checking.sql import MAX_SQL_LENGTH, sql_problems


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT 1;\nINSERT INTO a VALUES (1, 2;\n", 2),
        ("-- a\n-- b\nSELECT * FROM (\n", 3),
        ("CREATE TABLE a (b INT;\n", 1),
    ],
)
def test_what_no_dialect_allows_is_told(text: str, line: int) -> None:
    [problem] = sql_problems(text)
    assert problem.line == line
    assert problem.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT TOP 1 * FROM a;",
        "CREATE TABLE `a` (`b` INT) ENGINE=InnoDB;",
        "DELIMITER //\nSELECT (//\n",
        "\\c db\nSELECT (",
        "SELECT {{ a }} FROM (",
        "GRANT (((",
        "SELECT (" + " " * MAX_SQL_LENGTH,
        "",
    ],
)
def test_dialects_clients_templates_and_unknown_statements_are_let_be(text: str) -> None:
    assert sql_problems(text) == ()


def test_a_row_of_dashes_takes_no_exponential_time() -> None:
    start = time.process_time()
    assert sql_problems(f"{'-- ' * 60}\nfoo bar baz qux;\n") == ()
    assert time.process_time() - start < 5
