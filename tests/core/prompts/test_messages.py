import pytest

from core.catalog.stacks import STACKS, Side, Stack, find_stack
from core.files.source_file import SourceFile
from core.prompts.messages import continuation_messages, generation_messages, refinement_messages

FASTAPI = find_stack("fastapi", Side.BACKEND)
WISH = "A todo list\n  with `ticks` & {braces} %s"


@pytest.mark.parametrize("entry", STACKS, ids=lambda entry: entry.id)
def test_a_generation_is_a_rule_and_a_wish(entry: Stack) -> None:
    system, *_, user = generation_messages(entry, WISH)
    assert (system.role, user.role) == ("system", "user")
    assert entry.guidance in system.content
    assert len(system.content) < 3500


def test_the_persons_words_stand_verbatim() -> None:
    assert WISH in generation_messages(FASTAPI, WISH)[-1].content


def test_instructions_follow_the_requirements() -> None:
    content = generation_messages(FASTAPI, WISH, "use SQLite")[-1].content
    assert content.index(WISH) < content.index("use SQLite")


@pytest.mark.parametrize("entry", STACKS, ids=lambda entry: entry.id)
def test_the_example_speaks_the_stacks_own_language(entry: Stack) -> None:
    assert f"### FILE: {entry.default_path}\n```" in generation_messages(entry, WISH)[0].content


def test_continuing_adds_the_text_so_far_as_the_one_answer() -> None:
    asked = generation_messages(FASTAPI, WISH, "use SQLite")
    *before, last = continuation_messages(asked, "### FILE: main.py\n```py")
    assert tuple(before) == asked
    assert (last.role, last.content) == ("assistant", "### FILE: main.py\n```py")
    assert before[-1].role == "user"
    assert continuation_messages(asked, "") == asked


def test_refining_shows_every_file_in_the_form_asked_for() -> None:
    content = refinement_messages(FASTAPI, WISH, [SourceFile("main.py", "python", "x = 1")], "add tests")[-1].content
    assert "### FILE: main.py\n```python\nx = 1\n```" in content
    assert WISH in content
    assert "add tests" in content


def test_refining_wraps_a_file_with_fences_in_a_longer_fence() -> None:
    readme = SourceFile("README.md", "markdown", "Run\n````sh\nmake\n````\n")
    content = refinement_messages(FASTAPI, WISH, [readme], "add tests")[-1].content
    assert f"`````markdown\n{readme.text}`````" in content


def test_what_the_requirement_decides_is_not_told_otherwise() -> None:
    system = generation_messages(FASTAPI, "A list of books")[0].content
    assert "in memory" in system
    assert "integer id" in system
    decided = generation_messages(FASTAPI, "A list of books with UUIDs, kept in SQLite")[0].content
    assert "in memory" not in decided
    assert "integer id" not in decided
    assert "in memory" not in refinement_messages(FASTAPI, "A list of books", [], "use SQLite")[0].content


@pytest.mark.parametrize("is_small", [True, False])
def test_for_a_small_model_the_requirement_comes_last_and_whole(is_small: bool) -> None:
    content = generation_messages(FASTAPI, WISH, "use SQLite", "GET /books", is_small_model=is_small)[-1].content
    assert content.endswith(f"{WISH}\n\nAlso: use SQLite") is is_small
    assert "GET /books" in content


@pytest.mark.parametrize(
    ("requirement", "has", "lacks"),
    [
        ("Notes whose id is a UUID", "uuid4()", "max(books"),
        ("Notes, kept in SQLite by UUIDs", "sqlite3.connect", "books: dict"),
        ("Notes", "max(books", "uuid4()"),
    ],
)
def test_the_example_does_what_the_requirement_decides(requirement: str, has: str, lacks: str) -> None:
    example = generation_messages(FASTAPI, requirement)[2].content
    assert has in example
    assert lacks not in example
