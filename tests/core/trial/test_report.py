"""What is said of a trial."""

import pytest

from core.trial.finding import Finding, FindingKind
from core.trial.report import RouteAnswer, TrialReport

ERROR = Finding(FindingKind.REQUEST, "KeyError: 'x'", "main.py", 7)
START = Finding(FindingKind.START, "NameError: name 'x' is not defined", "main.py", 3)


def route(path: str, status: int | None = 200, error: Finding | None = None) -> RouteAnswer:
    return RouteAnswer("GET", path, status, 5, error)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (TrialReport(starts=True), "Starts"),
        (TrialReport(starts=True, routes=(route("/"),)), "Starts · 1 route answers"),
        (TrialReport(starts=True, routes=(route("/"), route("/a", 404))), "Starts · 2 routes answer"),
        (TrialReport(starts=True, routes=(route("/"), route("/a", 500, ERROR))), "Starts · 1 of 2 routes answer"),
        (TrialReport(starts=True, routes=(route("/", None),)), "Starts · 0 of 1 route answer"),
        (TrialReport(start_error=START), "Does not start: NameError: name 'x' is not defined (main.py:3)"),
        (TrialReport(), "Does not start: no reason is known"),
        (TrialReport(unknown="It imports pandas, which the sandbox does not have."), None),
    ],
)
def test_the_verdict_is_one_line(report: TrialReport, verdict: str | None) -> None:
    assert report.verdict == verdict


def test_findings_are_the_errors_each_place_once() -> None:
    report = TrialReport(
        starts=True,
        routes=(
            route("/", 200),
            route("/a", 500, ERROR),
            route("/b", 500, ERROR),
            route("/c", 502),
            route("/d", None),
            route("/e", 200, Finding(FindingKind.REQUEST, "ValueError: late", "main.py", 9)),
        ),
    )
    assert [(it.message, it.place) for it in report.findings] == [
        ("GET /b answers 500: KeyError: 'x'", "main.py:7"),
        ("GET /c answers 502", ""),
        ("GET /d does not answer.", ""),
        ("GET /e answers 200: ValueError: late", "main.py:9"),
    ]
    assert TrialReport(start_error=START).findings == (START,)
    assert TrialReport(start_error=START, unknown="no").findings == ()
