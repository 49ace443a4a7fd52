"""Clients that are programs of their own: curl, and npm's eventsource on Node."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import PIPE

import pytest

from core.wire import SseDecoder
from tests.support.reconnect_scenario import ClientTranscript, ReconnectScenario
from tests.support.servers.server_process import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

NODE = shutil.which("node")
PACKAGES = ROOT / ".ci" / "node_modules"
TRIES = 10

NODE_PROGRAM = """
import { EventSource } from "eventsource"
const heard = { text: "", ends: [], opened: 0 }
const source = new EventSource(process.argv[1])
source.addEventListener("open", () => heard.opened++)
source.addEventListener("code-chunk", event => { heard.text += event.data })
source.addEventListener("complete", event => heard.ends.push(JSON.parse(event.data)))
source.addEventListener("error", () => {
  if (source.readyState === EventSource.CLOSED) console.log(JSON.stringify(heard))
})
"""


async def test_curl_comes_back_by_the_address(scene: ReconnectScenario) -> None:
    assert shutil.which("curl"), "curl is part of every machine"
    heard = ClientTranscript()
    cursor = ""
    left = []
    for _ in range(TRIES):
        address = f"{scene.stream_url}&last_event_id={cursor}"
        curl = await asyncio.create_subprocess_exec("curl", "-sN", "--max-time", "20", address, stdout=PIPE)
        body, _ = await curl.communicate()
        for event in SseDecoder().feed(body):
            cursor = event.id
            if event.event == "code-chunk":
                heard.text += event.data
            elif event.event in {"complete", "error"}:
                heard.end_events.append(json.loads(event.data))
        left.append(curl.returncode)
        if curl.returncode == 0:
            break
    assert left == [56, 18, 0], "a reset, an end too early, and a good one"
    await scene.check_transcript(heard)


async def test_npm_eventsource_comes_back_by_itself_until_nothing_is_left(scene: ReconnectScenario) -> None:
    if not NODE or not (PACKAGES / "eventsource").exists():
        assert not os.environ.get("CI"), "CI must have Node and npm's eventsource"
        pytest.skip("needs node, and: npm install --prefix .ci --no-package-lock")
    node = await asyncio.create_subprocess_exec(
        *(NODE, "--input-type=module", "--eval", NODE_PROGRAM, scene.stream_url),
        cwd=PACKAGES.parent,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        said, complaint = await asyncio.wait_for(node.communicate(), 40)
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    assert node.returncode == 0, complaint.decode()
    heard = json.loads(said)
    assert heard["opened"] == 3
    await scene.check_transcript(ClientTranscript(heard["text"], heard["ends"]))
