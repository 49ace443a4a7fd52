"""Readers that come back, with an id and with either kind of token."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.accounts import security
from core.engines.protocol import TextDelta
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.installation import ApiUser, Installation, code_text, create_finished_run, stream_path


@pytest.mark.parametrize("by_header", [True, False])
async def test_resuming_at_every_offset_gives_the_rest(ada: ApiUser, *, by_header: bool) -> None:
    text = "a😀\n b\n\nc"
    project_id, run_id = await create_finished_run(ada, *text_script(*text))
    for offset in range(len(text)):
        cursor = f"{run_id}:{offset}"
        options: dict[str, Any] = (
            {"headers": {"Last-Event-ID": cursor}} if by_header else {"params": {"last_event_id": cursor}}
        )
        for path in (stream_path(project_id), f"/api/runs/{run_id}/stream"):
            events = await ada.read_events(path, **options)
            assert code_text(events) == text[offset:]
            assert events[-1].id == f"{run_id}:end"


async def test_resuming_a_live_run_goes_on_after_the_offset(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("abc"), gate, TextDelta("def"), FINISHED_STOP))
    project_id = await ada.create_project()
    async with ada.stream_events(stream_path(project_id)) as events:
        async for event in events:
            if event.event == "code-chunk":
                break
    async with ada.stream_events(stream_path(project_id), headers={"Last-Event-ID": event.id}) as events:
        gate.open()
        assert code_text([event async for event in events]) == "def"
    assert len(installation.engine.requests) == 1


async def test_a_live_run_has_no_end_yet(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("abc"), gate, FINISHED_STOP))
    run_id = await ada.start_run(await ada.create_project())
    answer = await ada.get(f"/api/runs/{run_id}/stream", headers={"Last-Event-ID": f"{run_id}:end"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    gate.open()


async def test_the_header_wins_over_the_query(ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    options: dict[str, Any] = {"headers": {"Last-Event-ID": f"{run_id}:3"}, "params": {"last_event_id": f"{run_id}:1"}}
    assert code_text(await ada.read_events(stream_path(project_id), **options)) == "d"


async def test_a_reader_that_was_cut_before_the_end_gets_it(ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    for path in (stream_path(project_id), f"/api/runs/{run_id}/stream"):
        events = await ada.read_events(path, headers={"Last-Event-ID": f"{run_id}:4"})
        assert [event.event for event in events] == ["status", "complete"]
        assert events[-1].id == f"{run_id}:end"


async def test_a_reader_that_has_had_the_end_gets_204(installation: Installation, ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    for path in (stream_path(project_id), f"/api/runs/{run_id}/stream"):
        answer = await ada.get(path, headers={"Last-Event-ID": f"{run_id}:end"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert len(installation.engine.requests) == 1


async def test_resuming_never_starts_a_run(installation: Installation, ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    await ada.read_events(stream_path(project_id), headers={"Last-Event-ID": f"{run_id}:2"})
    assert len(installation.engine.requests) == 1


async def test_a_malformed_id_is_a_bad_request(ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada)
    for cursor in (
        "x",
        ":",
        ":3",
        run_id,
        f"{run_id}:",
        f"{run_id}:-1",
        f"{run_id}:1.0",
        f"{run_id}:x",
        f"{run_id}:²",
        f"{run_id}:END",
        ":end",
    ):
        for path in (stream_path(project_id), f"/api/runs/{run_id}/stream"):
            answer = await ada.get(path, params={"last_event_id": cursor})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), cursor


async def test_an_offset_beyond_the_text_is_a_bad_request(ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    for offset in ("5", "999999999999", "9" * 40):
        answer = await ada.get(stream_path(project_id), headers={"Last-Event-ID": f"{run_id}:{offset}"})
        assert answer.status_code == 400


async def test_an_id_of_another_run_is_not_found(installation: Installation, ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    other_project, other_run = await create_finished_run(ada, *text_script("abcd"))
    eve = await installation.register_user("eve")
    own = await eve.create_project()
    asked = [
        (ada, stream_path(other_project), run_id),
        (ada, stream_path(project_id, "frontend"), run_id),
        (ada, f"/api/runs/{other_run}/stream", run_id),
        (eve, stream_path(own), run_id),
        (eve, f"/api/runs/{run_id}/stream", run_id),
        (ada, stream_path(project_id), "0" * 32),
    ]
    for person, path, run in asked:
        answer = await person.get(path, headers={"Last-Event-ID": f"{run}:1"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_watching_never_starts_a_run(installation: Installation, ada: ApiUser) -> None:
    _, run_id = await create_finished_run(ada, *text_script("abcd"))
    assert code_text(await ada.read_events(f"/api/runs/{run_id}/stream")) == "abcd"
    assert (await ada.get("/api/runs/unknown/stream")).status_code == 404
    assert len(installation.engine.requests) == 1


# Tokens


async def test_both_kinds_of_token_open_streams_by_query(installation: Installation, ada: ApiUser) -> None:
    made = (await ada.post("/api/auth/stream-token")).json()
    project_id = await ada.create_project()
    for token in (ada.token, made["token"]):
        answer = await ada.client.get(stream_path(project_id), params={"token": token})
        assert answer.status_code == 200
    assert (await ada.client.get(stream_path(project_id))).status_code == 401
    assert len(installation.engine.requests) == 2


@pytest.mark.parametrize("header", ["Bearer {}", "bearer  {}", "BEARER {}"])
async def test_a_header_is_read_as_it_is_everywhere_else(ada: ApiUser, header: str) -> None:
    headers = {"Authorization": header.format(ada.token)}
    project_id = await ada.create_project()
    for path in ("/api/auth/me", stream_path(project_id)):
        assert (await ada.client.get(path, headers=headers)).status_code == 200


async def test_nobody_learns_what_an_address_is_worth_before_he_signs_in(ada: ApiUser) -> None:
    for path in ("/api/projects/abc/generate/backend/stream", "/api/projects/1/generate/middle/stream"):
        assert (await ada.client.get(path)).status_code == 401


async def test_a_query_token_counts_nowhere_else(ada: ApiUser) -> None:
    for path in ("/api/auth/me", "/api/projects"):
        assert (await ada.client.get(path, params={"token": ada.token})).status_code == 401


async def test_a_stream_token_opens_nothing_else(ada: ApiUser) -> None:
    token = (await ada.post("/api/auth/stream-token")).json()["token"]
    for path in ("/api/auth/me", "/api/projects"):
        assert (await ada.client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_an_old_stream_token_only_resumes(installation: Installation, ada: ApiUser) -> None:
    project_id, run_id = await create_finished_run(ada, *text_script("abcd"))
    identity = await installation.studio.accounts.sessions.identify(ada.token)
    made = security.new_stream_token(identity.token, datetime.now(UTC) - timedelta(seconds=61))
    query = {"token": security.encode_token(made, installation.studio.settings.secret or "")}
    for path in (stream_path(project_id), f"/api/runs/{run_id}/stream"):
        refused = await ada.client.get(path, params=query)
        assert (refused.status_code, refused.json()["code"]) == (401, "token_expired")
        resumed = await ada.client.get(path, params=query, headers={"Last-Event-ID": f"{run_id}:2"})
        assert resumed.status_code == 200
        assert "data: cd" in resumed.text
