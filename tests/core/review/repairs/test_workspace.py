"""A project while it is repaired."""

from core.review.checking.project_files import ProjectFiles
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.workspace import Change, Workspace
from tests.support.repairs import files_of

CHANGED = Adjustment(AdjustmentKind.IMPORT, "import os")


def test_changes_are_made_and_remembered_in_the_order_of_the_files() -> None:
    workspace = Workspace(ProjectFiles(files_of({"a.py": "1\n", "c.py": "3\n"})), "fastapi")
    after = workspace.noting([Change("a.py", "2\n", (CHANGED,)), Change("c.py", "x\n", (CHANGED,))])
    after = after.noting([Change("a.py", "4\n", (CHANGED,))])
    assert [(file.path, file.text) for file in after.project.files] == [
        ("a.py", "4\n"),
        ("c.py", "x\n"),
    ]
    assert after.adjustments == {"a.py": (CHANGED, CHANGED), "c.py": (CHANGED,)}
    assert workspace.noting([]).project is workspace.project


def test_what_is_fixed_or_broken_is_not_repairable() -> None:
    project = ProjectFiles(files_of({"a.py": "", "b.py": "", "c.py": ""}))
    workspace = Workspace(project, broken=frozenset({"a.py"}), fixed=frozenset({"b.py"}))
    assert [file.path for file in workspace.repairable] == ["c.py"]
