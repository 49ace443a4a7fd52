"""A project's sides, and the texts that a row comes with."""

from dataclasses import replace

from core.catalog.stacks import Side
from core.projects.project import project_from_row
from data.rows import ProjectRow
from tests.support.run_infos import NOW

ROW = ProjectRow(1, 2, "Todo", "A todo list.", "flask", "react", True, "b", "f", NOW, NOW, False)


def test_a_side_has_its_own_stack_and_version() -> None:
    project = project_from_row(ROW)
    assert [project.stack_id_of(side) for side in (Side.BACKEND, Side.FRONTEND)] == ["flask", "react"]
    assert [project.run_id_of(side) for side in (Side.BACKEND, Side.FRONTEND)] == ["b", "f"]


def test_a_row_is_taken_over_with_the_texts_of_its_current_versions() -> None:
    project = project_from_row(ROW, {"b": "back", "f": "front", "other": "x"})
    assert (project.id, project.user_id, project.name, project.prompt) == (1, 2, "Todo", "A todo list.")
    assert (project.backend_code, project.frontend_code, project.auto_fix) == ("back", "front", True)
    assert (project.created_at, project.updated_at) == (NOW, NOW)


def test_there_is_no_code_where_there_is_no_version_or_it_was_not_asked_for() -> None:
    assert project_from_row(replace(ROW, backend_run_id=None), {"f": "front"}).backend_code is None
    assert project_from_row(ROW).frontend_code is None
