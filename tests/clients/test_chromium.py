"""Chromium's own EventSource and WebSocket come through a reset and a clean end in the middle of an event."""

import pytest
from playwright.async_api import Browser

from tests.support.reconnect_scenario import ClientTranscript, ReconnectScenario

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EVENT_SOURCE = """url => new Promise(resolve => {
  const heard = { text: "", ends: [], opened: 0 }
  const source = new EventSource(url)
  source.onopen = () => heard.opened++
  source.addEventListener("code-chunk", event => { heard.text += event.data })
  source.addEventListener("complete", event => heard.ends.push(JSON.parse(event.data)))
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) resolve(heard) }
})"""

WEB_SOCKET = """url => new Promise((resolve, reject) => {
  const heard = { text: "", ends: [], opened: 0 }
  let run = null
  const connect = () => {
    const socket = new WebSocket(url)
    socket.onopen = () => {
      heard.opened++
      // Offsets count code points, as for...of does and .length does not.
      const offset = [...heard.text].length
      socket.send(JSON.stringify(run ? { type: "resume", run_id: run, offset } : { type: "start" }))
    }
    socket.onmessage = message => {
      const frame = JSON.parse(message.data)
      if (frame.type === "status") run = frame.id
      if (frame.type === "chunk") heard.text += frame.text
      if (frame.type === "error") reject(frame.message)
      if (frame.type === "complete") { heard.ends.push(frame); socket.close(); resolve(heard) }
    }
    socket.onclose = () => { if (!heard.ends.length) setTimeout(connect, 50) }
  }
  connect()
})"""


@pytest.mark.parametrize("client", ["EventSource", "WebSocket"])
async def test_it_comes_back_and_has_the_one_text(chromium: Browser, scene: ReconnectScenario, client: str) -> None:
    page = await chromium.new_page()
    try:
        await page.goto(f"{scene.proxy.url}/healthz")
        program, address = (
            (EVENT_SOURCE, scene.stream_url) if client == "EventSource" else (WEB_SOCKET, scene.socket_url)
        )
        heard = await page.evaluate(program, address)
    finally:
        await page.close()
    assert heard["opened"] == 3
    await scene.check_transcript(ClientTranscript(heard["text"], heard["ends"]))
