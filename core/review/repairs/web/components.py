"""What the main component of a front end needs so that its entry point can show it."""

import re
from collections.abc import Iterator

from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.text_edits import with_last_line_ended
from core.review.repairs.workspace import Change, Workspace

MAIN_COMPONENT = re.compile(r"(?:^|/)src/App\.[jt]sx?$")
DEFAULT_EXPORT = re.compile(r"\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\b")
OWN_COMPONENT = re.compile(r"^(?:export\s+)?(?:function\s+App\b|(?:const|let|class)\s+App\b)", re.MULTILINE)
ENTRY = re.compile(r"(?:^|/)(?:main|index)\.[jt]sx?$")
DEFAULT_IMPORT = re.compile(r"\bimport\s+App\b")
EXPORT_LINE = "export default App;"


def export_main_component(workspace: Workspace) -> Iterator[Change]:
    """Export the component App by default where the app's entry imports it so and nothing does."""
    for file in workspace.repairable if _is_imported(workspace) else ():
        is_main = MAIN_COMPONENT.search(file.path) and OWN_COMPONENT.search(file.text)
        if is_main and not DEFAULT_EXPORT.search(file.text):
            text = f"{with_last_line_ended(file.text)}\n{EXPORT_LINE}\n"
            yield Change(file.path, text, (Adjustment(AdjustmentKind.ENTRY, EXPORT_LINE),))


def _is_imported(workspace: Workspace) -> bool:
    entries = (file for file in workspace.project.files if ENTRY.search(file.path))
    return workspace.stack == "react" and any(DEFAULT_IMPORT.search(file.text) for file in entries)
