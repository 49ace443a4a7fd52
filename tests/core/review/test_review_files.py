"""One review: what it repairs must not make a file worse."""

from collections.abc import Mapping, Sequence

import pytest

from core.files.source_file import SourceFile
from core.review import review_files
from core.review.checking.problem import CheckResult
from core.review.checking.project_files import ReviewContext
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.repair import RepairedFile
from core.review.review_files import review


async def test_repairs_that_bring_a_grave_problem_are_all_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    adjustment = Adjustment(AdjustmentKind.IMPORT, "nonsense")

    async def break_file(
        sources: Sequence[SourceFile], _: CheckResult, __: ReviewContext
    ) -> Mapping[str, RepairedFile]:
        broken = SourceFile("a.py", "python", "def f(:\n")
        return {file.path: RepairedFile(broken, (adjustment,)) for file in sources}

    monkeypatch.setattr(review_files, "repair_files", break_file)
    [file] = await review([SourceFile("a.py", "python", "x=1\n")])
    assert (file.served.text, file.adjustments, file.problems) == ("x = 1\n", (), ())
