"""The fields of a project's values: what they start from."""

from core.catalog.stacks import DEFAULT_STACK_IDS, Side
from core.projects.projects import ProjectUpdate
from ui.components.project_fields import saved_values, with_draft

SAVED = {"name": "Choir", "prompt": "A rota.", "backend_stack": "fastapi", "frontend_stack": "react"}


def test_a_new_project_has_the_default_stacks() -> None:
    assert saved_values(ProjectUpdate("Choir", "")) == {
        "name": "Choir",
        "prompt": "",
        "backend_stack": DEFAULT_STACK_IDS[Side.BACKEND],
        "frontend_stack": DEFAULT_STACK_IDS[Side.FRONTEND],
    }
    assert saved_values(ProjectUpdate("Choir", "A rota.", "fastapi", "react")) == SAVED


def test_what_was_typed_stands_in_place_of_what_was_saved() -> None:
    assert with_draft(SAVED, {}) == SAVED
    assert with_draft(SAVED, {"prompt": "", "backend_stack": "flask"}) == SAVED | {
        "prompt": "",
        "backend_stack": "flask",
    }


def test_a_draft_with_what_there_is_not_is_ignored_in_that() -> None:
    assert with_draft(SAVED, {"backend_stack": "react", "frontend_stack": "gone", "other": "x"}) == SAVED
