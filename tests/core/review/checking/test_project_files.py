"""What a file of a project may refer to."""

import gc
from weakref import ref

import pytest

from core.review.checking.checks import check
from core.review.checking.project_files import ProjectFiles, ReviewContext, once_per_project, parent_folders
from tests.support.source_files import source_file


def project(*paths: str) -> ProjectFiles:
    return ProjectFiles([source_file(path, path) for path in paths])


def test_paths_folders_and_texts_are_those_of_the_files() -> None:
    files = project("a/b/c.py", "d.py")
    assert files.paths == {"a/b/c.py", "d.py"}
    assert files.folders == {"", "a", "a/b"}
    assert files.texts == {"a/b/c.py": "a/b/c.py", "d.py": "d.py"}


def test_modules_and_packages_are_known_by_their_names() -> None:
    files = project("app/api/a.py", "app/b.pyi", "c/app.py", "d.txt")
    assert files.module_folders == {"app": {"", "c"}, "api": {"app"}, "a": {"app/api"}, "b": {"app"}, "c": {""}}


@pytest.mark.parametrize(
    ("ending", "there"),
    [("b/c.css", True), ("c.css", True), ("a/b/c.css", True), ("/c.css", False), ("bb/c.css", False), ("", False)],
)
def test_a_path_ends_at_a_folder(ending: str, there: bool) -> None:
    assert project("a/b/c.css", "bb").has_path_ending(ending) is there


@pytest.mark.parametrize(
    ("reference", "resolved"),
    [
        ("./b.ts", "src/b.ts"),
        ("..", ""),
        ("../../b.ts", None),
        ("../dist/b.js", None),
        ("./generated/b", None),
        ("./routeTree.gen", None),
        ("./$types", None),
        ("https://x/y", None),
    ],
)
def test_what_is_outside_or_made_by_a_build_resolves_to_nothing(reference: str, resolved: str | None) -> None:
    assert project().resolve(reference, "src/a.ts") == resolved


def test_the_parents_of_a_path_end_with_the_root() -> None:
    assert list(parent_folders("a/b/c.py")) == ["a/b", "a", ""]
    assert list(parent_folders("")) == []


def test_a_result_is_computed_once_for_each_project_and_argument() -> None:
    calls: list[tuple[int, str]] = []

    @once_per_project
    def count(files: ProjectFiles, folder: str) -> int:
        calls.append((len(files.files), folder))
        return len(calls)

    one, two = project("a"), project("a", "b")
    assert [count(one, "x"), count(one, "y"), count(one, "x"), count(two, "x")] == [1, 2, 1, 3]
    assert calls == [(1, "x"), (1, "y"), (2, "x")]


def test_nothing_is_remembered_of_a_project_that_is_gone() -> None:
    @once_per_project
    def paths(files: ProjectFiles) -> frozenset[str]:
        return files.paths

    files = project("a")
    assert paths(files) == {"a"}
    gone = ref(files)
    del files
    gc.collect()
    assert gone() is None


def test_what_is_left_out_is_there_but_its_text_is_not_known() -> None:
    project = ProjectFiles([source_file("a/b.py", "")], frozenset({"c/d.png", "e/f/"}))
    assert project.paths == {"a/b.py", "c/d.png"}
    assert project.folders == {"", "a", "c", "e", "e/f"}
    assert list(project.texts) == ["a/b.py"]
    assert (project.resolve("../e/f/g.js", "a/b.py"), project.resolve("../e/g.js", "a/b.py")) == (None, "e/g.js")
    assert project.leaves_out(".js")
    assert not ProjectFiles([], frozenset({"c/d.png"})).leaves_out(".js")


async def test_a_manifest_or_a_page_that_was_left_out_may_hold_anything() -> None:
    files = [
        source_file("main.py", "import stripe\nimport utils\n"),
        source_file("a.ts", "import x from 'x';\n"),
        source_file("index.html", "<p>x</p>\n"),
        source_file("b.js", "document.getElementById('a').focus();\n"),
        source_file("requirements-dev.txt", "flask\n"),
    ]
    left_out = frozenset({"requirements.txt", "package.json", "vendor/", "big.html"})
    found = (await check(files, context=ReviewContext(left_out))).problems
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert len([problem for problems in (await check(files)).problems.values() for problem in problems]) >= 3
