"""Syntax errors of SQL."""

import pytest

from core.review.checking.sql import MAX_SQL_LENGTH, sql_problems
from tests.support.cpu_time import cpu_limit


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT 1;\nINSERT INTO a VALUES (1, 2;\n", 2),
        ("-- a\n-- b\nSELECT * FROM (\n", 3),
        ("CREATE TABLE a (b INT;\n", 1),
        ("SELECT ')' FROM a;\nSELECT count(* FROM a;\n", 2),
        ("INSERT INTO a (b) VALUES (1));\n", 1),
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
        "SELECT TOP (5) WITH TIES * FROM [dbo].[T] WITH (NOLOCK) ORDER BY Id;\nDECLARE @x INT = 1;\nEXEC sp_help @x;",
        "MERGE INTO T t USING (VALUES (1)) AS s(I) ON t.I = s.I WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (N'');",
        "SELECT a FROM b ASOF LEFT JOIN c USING (d) SETTINGS x = 1 FORMAT JSONEachRow;",
        "CREATE TABLE a (b INT) ENGINE = MergeTree PARTITION BY toYYYYMM(b) TTL b + INTERVAL 1 DAY SETTINGS c = 1;",
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE NOTICE '('; END $$ LANGUAGE plpgsql;",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT (1; END;",
        "SELECT q'[it's (]' FROM dual;",
        "SELECT 'it\\'s (' AS a FROM b QUALIFY x y z;",
        "SELECT * FROM a MATCH_RECOGNIZE (PATTERN (x+) DEFINE x AS 1 = 1) FLASHBACK 1 2;",
        "SELECT (" + " " * MAX_SQL_LENGTH,
        "",
    ],
)
def test_dialects_clients_templates_and_unknown_statements_are_let_be(text: str) -> None:
    assert sql_problems(text) == ()


def test_a_row_of_dashes_takes_no_exponential_time() -> None:
    with cpu_limit(5):
        assert sql_problems(f"{'-- ' * 60}\nfoo bar baz qux;\n") == ()
