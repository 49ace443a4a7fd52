"""A user at a browser, who finds everything as people do: by its label or text."""

from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, expect

PASSWORD = "correct horse"
WAIT_MILLISECONDS = 30_000
"""Milliseconds that anything may take to show on a busy machine."""

expect.set_options(timeout=WAIT_MILLISECONDS)


SCROLL_GAP_SCRIPT = (
    "(() => { const s = document.querySelector('[data-testid=code-backend] .cm-scroller');"
    " return s.scrollHeight - s.scrollTop - s.clientHeight })()"
)


class BrowserUser:
    """One browser window. ``foreign_requests`` lists requests to other hosts, ``script_errors`` errors of scripts."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.name = ""
        self.foreign_requests: list[str] = []
        self.script_errors: list[str] = []
        page.on(
            "request",
            lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.foreign_requests.append(r.url),
        )
        page.on("pageerror", lambda error: self.script_errors.append(str(error)))
        page.set_default_timeout(WAIT_MILLISECONDS)

    @classmethod
    async def open_window(cls, browser: Browser, url: str, **context: Any) -> Self:
        """Open a window without cookies."""
        browser_context = await browser.new_context(**context)
        return cls(browser_context, await browser_context.new_page(), url)

    async def open_tab(self) -> "BrowserUser":
        """Open a second tab at the same page, with the same cookies."""
        tab = BrowserUser(self.context, await self.context.new_page(), self.url)
        await tab.page.goto(self.page.url)
        return tab

    async def register(self, name: str) -> None:
        """Make an account."""
        self.name = name
        await self.page.goto(f"{self.url}/register")
        await self.fill_credentials(name, PASSWORD)
        await self.press("Make an account")
        await self.page.wait_for_url(f"{self.url}/")

    async def fill_credentials(self, name: str, password: str) -> None:
        """Fill in the name and the password."""
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Password").fill(password)

    async def create_project(self, name: str = "Todo", prompt: str = "A todo list.") -> None:
        """Make a project, which opens its studio."""
        await self.press("New project")
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("What should it do?").fill(prompt)
        await self.press("Create")
        await self.page.wait_for_url("**/projects/*")
        # The model in use is told over the page's socket: from then on the page hears keys too.
        await expect(self.page.locator(".lw-engine-chip")).not_to_contain_text("…")

    @property
    def project_id(self) -> str:
        """The id of the project whose studio is open."""
        return urlsplit(self.page.url).path.rpartition("/")[2]

    def button(self, name: str) -> Any:
        """The visible button of this name."""
        return self.page.get_by_role("button", name=name, exact=True).locator("visible=true")

    async def press(self, name: str) -> None:
        """Press it."""
        await self.button(name).click()

    async def code(self, side: str = "backend") -> str:
        """The text that the page has of a side's run."""
        text = await self.page.evaluate(f"document.querySelector('[data-testid=code-{side}]').text")
        return str(text)

    async def expect_text(self, text: str) -> None:
        """The page shows this text, or will in a moment."""
        await expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    async def wait_for_code(self, text: str, side: str = "backend") -> None:
        """The page has exactly this text, or will in a moment."""
        code = f"document.querySelector('[data-testid=code-{side}]').text"
        await self.page.wait_for_function(f"(text) => {code} === text", arg=text)

    async def wait_until_idle(self) -> None:
        """No run is live, or will be in a moment."""
        await expect(self.page.locator(".lw-live-badge").locator("visible=true")).to_have_count(0)

    async def wait_for_code_end(self) -> None:
        """The end of the code is in view, or will be in a moment."""
        await self.page.wait_for_function(f"{SCROLL_GAP_SCRIPT} < 40")

    async def scroll_gap(self) -> float:
        """How far the end of the code is below what is in view, in px."""
        return float(await self.page.evaluate(SCROLL_GAP_SCRIPT))
