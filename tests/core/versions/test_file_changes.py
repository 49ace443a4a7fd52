"""Files changed by hand: what comes out, and what cannot be."""

import pytest

from core.errors import Conflict, InvalidInput, LivewrightError, NotFound, TooLarge
from core.files.source_file import SourceFile
from core.versions.file_changes import MAX_FILE_LENGTH, MAX_FILES, FileChanges, apply_changes

FILES = [SourceFile("main.py", "python", "a = 1\n"), SourceFile("lib/util.py", "python", "b = 2\n")]


def texts_after(changes: FileChanges) -> dict[str, str]:
    return {file.path: file.text for file in apply_changes(FILES, changes).files}


def test_files_are_changed_added_and_removed() -> None:
    edited = apply_changes(FILES, {"main.py": "a = 2\r\n", "notes.md": "# Notes", "lib/util.py": None})
    assert [(file.path, file.text, file.encoded.content) for file in edited.files] == [
        ("main.py", "a = 2\n", b"a = 2\r\n"),
        ("notes.md", "# Notes\n", b"# Notes"),
    ]
    assert edited.text.startswith("### FILE: main.py\n```python\na = 2\n```\n\n### FILE: notes.md\n")


def test_a_file_that_is_meant_to_be_new_replaces_none() -> None:
    for path in ("main.py", "./main.py"):
        with pytest.raises(Conflict, match="already"):
            apply_changes(FILES, {path: "x"}, {path})
    moved = apply_changes(FILES, {"Main.py": "x\n", "main.py": None}, {"Main.py"})
    assert [file.path for file in moved.files] == ["lib/util.py", "Main.py"]


def test_a_path_is_read_as_everywhere() -> None:
    changes = {"/main.py": "a = 2\n", ".\\lib\\new.py": "n\n"}
    assert texts_after(changes) == {"main.py": "a = 2\n", "lib/util.py": "b = 2\n", "lib/new.py": "n\n"}


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"main.py": "a = 1\n"}, Conflict, "Nothing is different"),
        ({"gone.py": None}, NotFound, "There is no file gone.py to remove"),
        ({"main.py": None, "lib/util.py": None}, Conflict, "keep at least one"),
        ({"../x.py": "x"}, InvalidInput, "leads out"),
        ({"": "x"}, InvalidInput, "is empty"),
        ({"MAIN.py": "x"}, Conflict, "would collide"),
        ({"main.py/x.py": "x"}, Conflict, "would collide"),
        ({"main.py": "a\0"}, InvalidInput, "NUL"),
        ({"main.py": "x" * (MAX_FILE_LENGTH + 1)}, TooLarge, "a file may have"),
        ({f"{number}.py": "x" for number in range(MAX_FILES)}, TooLarge, "a version may have"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    changes: FileChanges, error: type[LivewrightError], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        apply_changes(FILES, changes)
    errors = refused.value.errors if isinstance(refused.value, InvalidInput) else ""
    assert sentence in f"{errors}{refused.value.message}"
