"""Findings, as they are stored and named."""

from core.trial.finding import Finding, FindingKind, finding_from_json


def test_a_finding_is_stored_and_read() -> None:
    for finding in (Finding(FindingKind.START, "no", "main.py", 3), Finding(FindingKind.BLANK, "nothing is drawn")):
        assert finding_from_json(finding.to_json()) == finding


def test_a_place_is_as_exact_as_it_is_known() -> None:
    places = [
        Finding(FindingKind.ERROR, "no", path, line).place for path, line in [("a.py", 3), ("a.py", None), (None, 3)]
    ]
    assert places == ["a.py:3", "a.py", ""]
