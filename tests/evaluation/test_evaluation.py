"""The evaluation itself: its requirements, what counts as passed, and recorded answers that are measured again."""

from pathlib import Path

import pytest

from core.catalog.stacks import Side, find_stack
from core.errors import ConfigurationError
from core.files.source_file import SourceFile
from core.runtime.app_runtime import AppRuntime
from core.trial.report import RouteAnswer, TrialReport
from tests.evaluation import measures
from tests.evaluation.arms import Arm
from tests.evaluation.case import Answers, Ask, Case, Style, contains
from tests.evaluation.evaluation import CASES, choose_cases
from tests.evaluation.measures import Measured, is_right, measure
from tests.evaluation.recording import Recorded, load_recording, recorded_answer, to_recording
from tests.evaluation.table import Row, table
from tests.support.app_runtime import link_runtime

RECORDED = Path(__file__).with_name("recorded") / "answers.json"


def test_there_are_enough_requirements_half_of_them_precise() -> None:
    by_side = {side: [case for case in CASES if case.side is side] for side in Side}
    assert len(by_side[Side.BACKEND]) >= 16
    assert len(by_side[Side.FRONTEND]) >= 12
    for cases in by_side.values():
        assert sum(case.style is Style.PRECISE for case in cases) * 2 == len(cases)
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_requirement_is_of_a_stack_and_has_checks_where_it_is_run(case: Case) -> None:
    assert find_stack(case.stack, case.side)
    assert case.checks or case.stack in ("react", "vue", "svelte")


def test_options_choose_requirements() -> None:
    assert 4 <= len(choose_cases(is_quick=True)) <= 8
    assert [case.id for case in choose_cases(("todo", "tip"))] == ["todo", "tip"]


def test_an_answer_must_have_what_is_expected_and_may_have_more() -> None:
    assert contains({"a": 1, "b": [{"c": 2}, 3]}, {"b": [{"c": 2}]})
    assert not contains({"a": 1}, {"a": 2})
    assert not contains([{"a": 1}], {"a": 1})
    ask = Ask("GET", "/", 200, None, {"a": 1})
    assert is_right(ask, 200, '{"a": 1}')
    assert not is_right(ask, 200, "no JSON")
    assert not is_right(ask, 404, '{"a": 1}')
    assert is_right(Ask("DELETE", "/", 204), 204, "")


async def test_of_a_loose_requirement_the_routes_that_answer_count(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = (RouteAnswer("GET", "/a", 200, 1), RouteAnswer("GET", "/b", 404, 1), RouteAnswer("POST", "/a", 201, 1))

    async def report(*_: object) -> TrialReport:
        return TrialReport(starts=True, routes=routes)

    monkeypatch.setattr(measures, "try_back_end", report)
    checks = (Answers("GET", 1), Answers("GET", 2), Answers("POST"), Answers("DELETE"))
    case = Case("x", Side.BACKEND, "flask", Style.LOOSE, "x", checks)
    runtime = AppRuntime(Path("/nowhere"), builds_itself=False)
    assert await measure(case, [SourceFile("app.py", "python", "x = 1\n")], runtime) == Measured(1, True, True, 2, 4)
    assert await measure(case, [], runtime) == Measured(0, False, False, 0, 4)


def test_the_table_has_a_line_for_each_stack_and_arm_and_for_all() -> None:
    rows = [
        Row("a", "flask", "loose", 1, Arm.DIRECT, Measured(1, True, True, 2, 2), 10, 100),
        Row("b", "react", "loose", 1, Arm.DIRECT, Measured(1, True, None, None, 0), 20, 200),
    ]
    lines = table(rows).split("\n")
    assert lines[2] == "| flask | direct | 1 | 1 | 1 | 1 of 1 | 2 of 2 | 1 | 10 | 100 |"
    assert lines[3] == "| react | direct | 1 | 1 | 1 | 0 of 0 | 0 of 0 | 0 | 20 | 200 |"
    assert lines[4] == "| all | direct | 2 | 2 | 2 | 1 of 1 | 2 of 2 | 1 | 15 | 150 |"


async def test_an_answer_is_recorded_and_repaired_again() -> None:
    case = choose_cases(("votes",))[0]
    text = "### FILE: app.py\n```python\nfrom flask import Flask\n\napp = Flask(__name__)\nx = jsonify\n```\n"
    first = await recorded_answer(case, Recorded("votes", 1, Arm.FIRST, (text,), 1.0, 2))
    after = await recorded_answer(case, Recorded("votes", 1, Arm.AFTER, (text,), 1.0, 2))
    assert [file.path for file in first.files] == ["app.py"]
    assert "from flask import jsonify" in after.files[0].text
    assert to_recording(case, 1, after)["texts"] == [text]


def test_a_file_without_recorded_answers_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('[{"case": "votes"}]')
    for name in ("other.json", "missing.json"):
        with pytest.raises(ConfigurationError, match="holds no recorded answers"):
            load_recording(tmp_path / name)


@pytest.mark.slow
async def test_a_recorded_answer_that_lacks_imports_passes_once_it_is_repaired(tmp_path: Path) -> None:
    await link_runtime(tmp_path)
    runtime = AppRuntime(tmp_path, builds_itself=False)
    assert await runtime.find()
    first, after = load_recording(RECORDED)
    assert (first.arm, after.arm, first.texts) == (Arm.FIRST, Arm.AFTER, after.texts)
    case = choose_cases((after.case,))[0]
    as_written = await recorded_answer(case, first)
    assert "import CORSMiddleware" not in as_written.files[0].text
    answer = await recorded_answer(case, after)
    measured = await measure(case, answer.files, runtime)
    assert (measured.starts, measured.passed, measured.is_whole) == (True, len(case.checks), True)


@pytest.mark.slow
async def test_a_real_models_answer_measures_as_it_did(tmp_path: Path) -> None:
    await link_runtime(tmp_path)
    runtime = AppRuntime(tmp_path, builds_itself=False)
    assert await runtime.find()
    [case] = choose_cases(("counter",))
    direct, first, after = load_recording(RECORDED.with_name("qwen2.5-coder-1.5b.json"))
    assert [each.arm for each in (direct, first, after)] == list(Arm)
    answer = await recorded_answer(case, after)
    # Of five checks the direct answer passed two, the first of the product four.
    assert (await measure(case, answer.files, runtime)).passed == 5
