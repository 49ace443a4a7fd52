"""The name of a version in the choice of what is compared."""

from datetime import timedelta

from core.runs.state import RunKind
from tests.support.run_infos import NOW, make_run
from ui.components.versions.compare_dialog import version_label

LATER = NOW + timedelta(minutes=5)


def test_a_version_is_called_by_its_number_purpose_and_age() -> None:
    assert version_label(make_run(), 1, LATER) == "v1 · first version · 5 min ago"
    assert version_label(make_run(), 2, LATER) == "v2 · written anew · 5 min ago"


def test_its_own_name_stands_for_its_purpose() -> None:
    assert version_label(make_run(name="the good one"), 2, LATER) == "v2 · the good one · 5 min ago"


def test_a_long_instruction_is_cut() -> None:
    run = make_run(kind=RunKind.REFINE, instructions="x" * 100)
    assert version_label(run, 2, LATER) == f"v2 · {'x' * 60} · 5 min ago"
