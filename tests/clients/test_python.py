"""Python's clients of server-sent events come through a reset and a clean end in the middle of an event."""

import asyncio
import json

import httpx
import ld_eventsource
import ld_eventsource.actions
import ld_eventsource.config
import pytest
import sseclient
import urllib3
from httpx_sse import aconnect_sse

from tests.support.reconnect_scenario import ClientTranscript, ReconnectScenario

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TRIES = 10


async def test_httpx_sse_comes_back_with_the_id_it_had_last(scene: ReconnectScenario) -> None:
    heard = ClientTranscript()
    headers: dict[str, str] = {}
    async with httpx.AsyncClient(timeout=20) as client:
        for _ in range(TRIES):
            try:
                async with aconnect_sse(client, "GET", scene.stream_url, headers=headers) as source:
                    async for event in source.aiter_sse():
                        headers["Last-Event-ID"] = event.id
                        if event.event == "code-chunk":
                            heard.text += event.data
                        elif event.event in {"complete", "error"}:
                            heard.end_events.append(event.json())
            except httpx.TransportError:
                continue
            break
        assert (await client.get(scene.stream_url, headers=headers)).status_code == 204
    await scene.check_transcript(heard)


async def test_sseclient_py_comes_back_by_the_address(scene: ReconnectScenario) -> None:
    await scene.check_transcript(await asyncio.to_thread(_sseclient, scene.stream_url))


def _sseclient(url: str) -> ClientTranscript:
    heard = ClientTranscript()
    cursor = ""
    with httpx.Client(timeout=20) as client:
        for _ in range(TRIES):
            try:
                with client.stream("GET", f"{url}&last_event_id={cursor}") as response:
                    for event in sseclient.SSEClient(response.iter_raw()).events():
                        cursor = event.id or cursor
                        if event.event == "code-chunk":
                            heard.text += event.data
                        elif event.event in {"complete", "error"}:
                            heard.end_events.append(json.loads(event.data))
            except httpx.TransportError:
                continue
            return heard
    return heard


async def test_launchdarkly_eventsource_comes_back_by_itself(scene: ReconnectScenario) -> None:
    await scene.check_transcript(await asyncio.to_thread(_launchdarkly, scene.stream_url))


def _launchdarkly(url: str) -> ClientTranscript:
    heard = ClientTranscript()
    connect = ld_eventsource.config.ConnectStrategy.http(url, pool=urllib3.PoolManager(timeout=20))
    errors = ld_eventsource.config.ErrorStrategy.continue_with_max_attempts(TRIES)
    with ld_eventsource.SSEClient(connect, error_strategy=errors, initial_retry_delay=0.1) as client:
        for event in client.events:
            if event.event == "code-chunk":
                heard.text += event.data
            elif event.event in {"complete", "error"}:
                heard.end_events.append(json.loads(event.data))
                break  # it takes the 204 that would follow for a failure
    return heard
