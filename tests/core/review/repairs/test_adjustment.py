"""What was put right, as a person reads it."""

from core.review.repairs.adjustment import Adjustment, AdjustmentKind, summarize


def test_kinds_are_counted_in_a_fixed_order() -> None:
    import_, package = Adjustment(AdjustmentKind.IMPORT, "import os"), Adjustment(AdjustmentKind.DEPENDENCY, "axios")
    assert summarize([]) is None
    assert summarize([import_]) == "1 import added"
    assert summarize([package, import_, package]) == "1 import added, 2 packages declared"
