"""Files that once froze the server for seconds or for good, each as it was, and more of their kinds.

They are for tests that send them to a whole server; how the work grows with such texts is in ``tests/hostile``.
"""

import random
from collections.abc import Mapping

HostileFile = tuple[str, str]
"""A path and a text."""

EXPONENTIAL_SQL = "-- " * 40 + "\nSELEC * FROM (((;"
OPEN_BRACKETS: Mapping[str, tuple[str, str]] = {
    "Python": ("a.py", "["),
    "JavaScript": ("a.js", "["),
    "Java": ("A.java", "{"),
    "PHP": ("a.php", "("),
    "Rust": ("a.rs", "&"),
    "C": ("a.c", "("),
    "TypeScript": ("a.ts", "<"),
}
UNCLOSED: Mapping[str, tuple[str, str]] = {
    "comments in CSS": ("a.css", "/* "),
    "comments in HTML": ("a.html", "<!-- "),
    "mustaches in HTML": ("a.html", "{{ "),
    "mustaches in Vue": ("a.vue", "{{ "),
    "styles in HTML": ("a.html", "<style>"),
    "scripts in HTML": ("a.html", "<script>"),
    "templates in HTML": ("a.html", "{% "),
    "text blocks in Java": ("A.java", '"""\\'),
    "comments in Java": ("A.java", "/* "),
    "comments in SQL": ("a.sql", "/* "),
    "comments in XML": ("a.xml", "<!-- "),
    "strings in Python": ("a.py", '"""'),
}


def _files() -> dict[str, HostileFile]:
    files = {
        "comments before bad SQL": ("a.sql", EXPONENTIAL_SQL),
        "a long gap in a URL": ("a.css", f"a{{background:url({' ' * 3000}"),
        "newlines after SQL": ("a.sql", "SELECT 1;" + "\n" * 49_000),
        "assignments of ids": ("a.js", "id=" * 33_000),
        "bold closed as paragraphs": ("a.html", "<b>" * 40_000 + "</p>" * 40_000),
        "equal lines of blanks": ("a.txt", (" " * 8000 + "\n") * 20),
        "shuffled lines": ("a.txt", shuffled_lines(20_000, seed=1)),
        "alternating lines": ("b.txt", alternating_lines(20_000, "old")),
        "a line of a megabyte": ("a.js", "x" * 1_000_000),
        "deep JSON": ("a.json", "[" * 100_000),
        "deep YAML": ("a.yaml", "- " * 50_000),
        "deep HTML": ("b.html", "<div>" * 40_000),
        "imports": ("b.py", "import a\n" * 20_000),
        "hashes in Swift": ("a.swift", "#" * 20_000),
        "marks in a row": ("c.txt", "\u0301\u0316" * 50_000),
        "a host of marks": ("c.html", '<img src="//a' + "\u0301\u0316" * 30_000 + '">'),
    }
    files |= {f"brackets in {name}": (path, sign * 66_000) for name, (path, sign) in OPEN_BRACKETS.items()}
    files |= {f"unclosed {name}": (path, opener * 33_000) for name, (path, opener) in UNCLOSED.items()}
    return files


def shuffled_lines(count: int, seed: int) -> str:
    """As many different lines, in an order of the seed's own."""
    lines = [f"line {number}\n" for number in range(count)]
    random.Random(seed).shuffle(lines)  # noqa: S311 - the same order at each run
    return "".join(lines)


def alternating_lines(count: int, version: str) -> str:
    """Every other line is the same in all versions."""
    return "".join(f"same {number}\n{version} {number}\n" for number in range(count // 2))


def many_files(count: int) -> dict[str, str]:
    """Small files by path, each in a folder of its own."""
    return {f"folder{number}/file{number}.py": f"x = {number}\n" for number in range(count)}


def unnamed_blocks(count: int) -> str:
    """An answer of a model: blocks that nothing names, so that each needs a name of its own."""
    return "```\nx\n```\n" * count


def files_answer(files: Mapping[str, str]) -> str:
    """An answer of a model with these files, by path."""
    return "".join(f"### FILE: {path}\n````\n{text}\n````\n" for path, text in files.items())


HOSTILE_FILES: Mapping[str, HostileFile] = _files()
"""By what is in it."""
OLD_AND_NEW: Mapping[str, tuple[str, str]] = {
    "shuffled lines": (shuffled_lines(20_000, seed=1), shuffled_lines(20_000, seed=2)),
    "alternating lines": (alternating_lines(20_000, "old"), alternating_lines(20_000, "new")),
}
"""Two texts of one file that are hard to compare."""
