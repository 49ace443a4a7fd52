"""The JSON of projects and stacks."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from api.schemas.projects import NewProject, ProjectOut, ProjectPatch, StackOut
from core.catalog.stacks import STACKS
from core.projects.project import Project
from tests.support.run_infos import NOW

PROJECT = Project(1, 2, "Todo", "A list.", "flask", "react", True, "b", None, "text", None, NOW, NOW)


def test_a_project_shows_all_but_whose_it_is() -> None:
    shown = ProjectOut.from_project(PROJECT).model_dump(mode="json")
    assert shown.keys() == {field.name for field in fields(Project)} - {"user_id", "auto_fix", "archived"}
    assert (shown["name"], shown["backend_stack"], shown["backend_code"]) == ("Todo", "flask", "text")
    assert (shown["frontend_run_id"], shown["frontend_code"]) == (None, None)
    assert shown["created_at"] == "2026-01-02T03:04:05Z"


def test_a_stack_shows_how_it_is_started_and_not_what_the_model_is_told() -> None:
    shown = StackOut.from_stack(STACKS[0]).model_dump()
    assert shown.keys() == {"id", "side", "label", "language", "framework", "start"}
    assert (shown["id"], shown["side"]) == ("fastapi", "backend")


def test_a_new_project_needs_a_name_and_requirements() -> None:
    with pytest.raises(ValidationError) as refused:
        NewProject.model_validate({"backend_stack": "flask"})
    assert [error["loc"] for error in refused.value.errors()] == [("name",), ("prompt",)]


def test_a_change_of_nothing_is_valid() -> None:
    assert set(ProjectPatch().model_dump().values()) == {None}
