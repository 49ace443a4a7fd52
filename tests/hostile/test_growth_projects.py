"""What takes many files, names or imports at once takes time in proportion to them."""

import json
from collections.abc import Callable

import pytest

from core.files.answer import parse_files
from core.files.diffs.git_diff import git_diff
from core.files.paths import UniquePaths
from core.files.source_file import SourceFile, build_tree, zip_bytes
from core.review.checking.checks import CHECKS
from core.review.checking.project_files import ProjectFiles
from core.versions.diff import change_types, diff_files
from tests.support.hostile_content.files import alternating_lines, files_answer, many_files, shuffled_lines
from tests.support.hostile_content.growth import find_excess
from tests.support.source_files import source_file

MAX_SECONDS_PER_FILE = 0.005
MAX_SECONDS_PER_LINE = 0.0003

PATHS: dict[str, Callable[[int], list[str]]] = {
    "one name": lambda count: ["a.py"] * count,
    "one name in any case": lambda count: ["a.py", "A.py", "A.PY"] * (count // 3),
    "numbered names": lambda count: [f"a-{number}.py" for number in range(count)] + ["a.py"] * count,
    "files where folders are": lambda count: ["a", "a/b"] * (count // 2),
    "deep paths": lambda count: ["a/" * 100 + f"{number}.py" for number in range(count // 50)],
    "long names": lambda count: [f"{'a' * 90}{number}.py" for number in range(count)],
}


@pytest.mark.parametrize("kind", PATHS)
def test_names_are_found_in_linear_time(kind: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        paths = PATHS[kind](count)

        def claim_all() -> None:
            names = UniquePaths()
            for path in paths:
                names.claim(path)
                names.claim_unused(path)
            build_tree(paths)

        return claim_all

    assert find_excess(prepare, 8000, MAX_SECONDS_PER_FILE) is None


def _project(count: int) -> list[SourceFile]:
    return [source_file(path, text) for path, text in many_files(count).items()]


FILE_WORK: dict[str, Callable[[list[SourceFile]], object]] = {
    "zip": zip_bytes,
    "diff of new files": lambda files: git_diff([], files),
    "compare with itself": lambda files: diff_files(files, files[::-1]),
    "change types": lambda files: change_types(files, files),
    "an answer": lambda files: parse_files(files_answer({file.path: file.text for file in files}), "index.html"),
}


@pytest.mark.parametrize("kind", FILE_WORK)
def test_many_files_take_time_in_proportion_to_them(kind: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        files = _project(count)
        return lambda: FILE_WORK[kind](files)

    assert find_excess(prepare, 8000, MAX_SECONDS_PER_FILE) is None


IMPORTS: dict[str, Callable[[int], list[tuple[str, str]]]] = {
    "one module of many folders": lambda count: [
        ("main.py", "import utils\n" * count),
        *((f"folder{number}/utils.py", "") for number in range(count)),
    ],
    "many folders below a requirements.txt": lambda count: [
        ("requirements.txt", "".join(f"package{number}\n" for number in range(count))),
        *((f"folder{number}/a.py", f"import package{number}\n") for number in range(count)),
    ],
    "many folders below a package.json": lambda count: [
        ("package.json", json.dumps({"dependencies": {f"package{number}": "1" for number in range(count)}})),
        *((f"folder{number}/a.js", f'import "package{number}"\n') for number in range(count)),
    ],
    "references to many files": lambda count: [
        ("index.html", "".join(f'<img src="folder{number}/a.png">' for number in range(count))),
        *((f"folder{number}/a.css", "a{background:url(a.png)}") for number in range(count)),
    ],
    "classes": lambda count: [
        (f"com/example/app/A{number}.java", f"package com.example.app;\nimport com.example.app.A{count - number};")
        for number in range(count)
    ],
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_files_that_refer_to_each_other_are_checked_in_linear_time(kind: str) -> None:
    def prepare(count: int) -> Callable[[], object]:
        files = [source_file(path, text) for path, text in IMPORTS[kind](count)]

        def check_all() -> None:
            project = ProjectFiles(files)
            for file in files:
                for check in CHECKS:
                    list(check.find_problems(file, project))

        return check_all

    assert find_excess(prepare, 2000, MAX_SECONDS_PER_FILE) is None


def test_the_comparison_of_two_texts_is_bounded() -> None:
    def prepare(count: int) -> Callable[[], object]:
        old = [
            source_file("a.txt", alternating_lines(count, "old")),
            source_file("b.txt", shuffled_lines(count, seed=1)),
        ]
        new = [
            source_file("a.txt", alternating_lines(count, "new")),
            source_file("b.txt", shuffled_lines(count, seed=2)),
        ]
        return lambda: git_diff(old, new)

    assert find_excess(prepare, 48_000, MAX_SECONDS_PER_LINE) is None
