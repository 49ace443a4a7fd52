"""What repairs read by patterns takes time in proportion to the files. Parsing them is tree-sitter's work, not ours."""

import pytest

from core.review.checking.project_files import ProjectFiles
from core.review.repairs.python.requirements import declare_packages
from core.review.repairs.web.components import export_main_component
from core.review.repairs.web.links import link_files
from core.review.repairs.workspace import Repair, Workspace
from tests.support.hostile_content.growth import assert_linear
from tests.support.hostile_content.texts import GAP_TEXTS, GENERAL_TEXTS
from tests.support.repairs import files_of

REPAIRED_FILES: tuple[tuple[Repair, str, str], ...] = (
    (link_files, "index.html", "html"),
    (link_files, "script.js", "html"),
    (export_main_component, "src/App.tsx", "react"),
    (declare_packages, "requirements.txt", "flask"),
)


@pytest.mark.parametrize(
    ("repair", "path", "stack"), REPAIRED_FILES, ids=lambda value: getattr(value, "__name__", value)
)
def test_repairs_take_time_in_proportion_to_the_file(repair: Repair, path: str, stack: str) -> None:
    def run(text: str) -> None:
        texts = {"index.html": "<head></head><body></body>", "script.js": "f();\n", path: text}
        list(repair(Workspace(ProjectFiles(files_of(texts)), stack)))

    assert_linear(run, (*GENERAL_TEXTS, *GAP_TEXTS))
