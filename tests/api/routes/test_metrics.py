"""What Prometheus is told."""

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from core.engines.protocol import TextDelta
from core.errors import EngineError
from tests.support.engines.scripted_engine import Gate
from tests.support.installation import ApiUser, Installation, create_finished_run


async def samples(installation: Installation) -> dict[tuple[str, str], float]:
    """The values by name and by the status, or else the first label's value."""
    answer = await installation.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, sample.labels.get("status") or next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_live_runs_and_readers_are_told(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("x"), gate))
    await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    found = await samples(installation)
    assert (found["livewright_runs", "running"], found["livewright_runs", "queued"]) == (1, 0)
    assert ("livewright_readers", "") in found
    assert found["process_resident_memory_bytes", ""] > 0


async def test_ended_runs_are_counted_with_their_tokens_waits_and_errors(
    installation: Installation, ada: ApiUser
) -> None:
    project_id, _ = await create_finished_run(ada)
    installation.engine.play((EngineError("idle", "It went silent."),))
    failed = await ada.start_run(project_id)
    await ada.read_events(f"/api/runs/{failed}/stream")
    # A run is counted when all is done that its end brings along, which its readers do not wait for.
    while ("livewright_run_errors_total", "idle") not in (found := await samples(installation)):
        pass
    assert (found["livewright_runs_ended_total", "complete"], found["livewright_runs_ended_total", "failed"]) == (1, 1)
    assert found["livewright_tokens_total", "ollama"] > 0
    assert found["livewright_run_errors_total", "idle"] == 1
    assert found["livewright_queue_wait_seconds_count", ""] == 2
    assert found["livewright_first_piece_seconds_count", ""] == 1
    assert found["livewright_piece_delay_seconds_count", ""] >= 1


async def test_the_dashboard_asks_for_what_is_told(installation: Installation, ada: ApiUser) -> None:
    await create_finished_run(ada)
    names = {name for name, _ in await samples(installation)} | {
        "livewright_run_errors_total",
        "livewright_trials_total",
    }
    dashboard = json.loads((Path(__file__).parents[3] / "docs" / "grafana.json").read_text("utf-8"))
    asked = re.findall(r"\b(?:livewright|process)_\w+", json.dumps([panel["targets"] for panel in dashboard["panels"]]))
    assert set(asked) <= names
