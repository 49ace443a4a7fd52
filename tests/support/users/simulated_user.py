"""A user whom NiceGUI simulates without a browser; like ``BrowserUser``, they find everything by its label."""

import asyncio
import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
from nicegui import Client, ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.testing import User, UserInteraction

from tests.support.installation import PASSWORD

FoundT = TypeVar("FoundT")

POLL_SECONDS = 0.02
"""Seconds between two looks at a page; a wait ends by the time limit of its test."""


async def wait_until(is_so: Callable[[], object]) -> None:
    """Return as soon as this is so."""
    while True:
        if is_so():
            return
        await asyncio.sleep(POLL_SECONDS)


def session_of(client: httpx.AsyncClient) -> dict[str, Any]:
    """What the only cookie says."""
    [cookie] = client.cookies.jar
    content: dict[str, Any] = json.loads(base64.b64decode(str(cookie.value).partition(".")[0]))
    return content


class SimulatedUser:
    """Wraps NiceGUI's simulated user, so that fields, buttons and plain texts are found by their labels."""

    def __init__(self, user: User) -> None:
        self._user = user

    @property
    def current_path(self) -> str:
        """The path that was opened last."""
        return self._user.back_history[-1]

    @property
    def client(self) -> Client:
        """The open page."""
        assert self._user.client
        return self._user.client

    @property
    def paths(self) -> list[str]:
        """Every path that was opened, in order."""
        return self._user.back_history

    @property
    def http_client(self) -> httpx.AsyncClient:
        """The browser's connection, with its cookies."""
        return self._user.http_client

    @property
    def labels(self) -> list[object]:
        """The labels of everything on the page."""
        return [label for element in self._visible_elements() for label in _labels_of(element)]

    async def open(self, path: str) -> None:
        """Open a page that answers 200."""
        await self._user.open(path)

    async def expect_not_found(self, path: str) -> None:
        """Open a page that answers 404, which NiceGUI's own ``open`` refuses."""
        answer = await self._user.http_client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        [client_id] = re.findall(r"'client_id': '([0-9a-f-]+)'", answer.text)
        self._user.client = Client.instances[client_id]

    async def fill_fields(self, values: dict[str, str]) -> None:
        """Write into the fields of these labels."""
        for label, value in values.items():
            element = await self._find_by_label(label)
            assert isinstance(element, ValueElement)
            with element.client:
                element.set_value(value)

    async def press(self, label: str) -> None:
        """Press what has this label or name."""
        UserInteraction(self._user, {await self._find_by_label(label)}, None).click()

    async def press_in(self, label: str, item: str) -> None:
        """Press an item of the menu that is opened by what has this label."""
        opener = await self._find_by_label(label)
        found = await self._wait_for(lambda: [each for each in opener.descendants() if item in _labels_of(each)])
        UserInteraction(self._user, {found[0]}, None).click()

    async def next_download(self) -> bytes:
        """What the page gives to be saved, now or in a moment."""
        await self._wait_for(lambda: self._user.download.http_responses)
        return self._user.download.http_responses.pop(0).content

    async def register(self, name: str) -> None:
        """Make an account, which leads to the projects."""
        await self.open("/register")
        await self.fill_fields({"Name": name, "Password": PASSWORD})
        await self.press("Make an account")
        await self.expect_text("New project")

    async def expect_text(self, text: str) -> None:
        """This is on the page, or will be in a moment."""
        await self._wait_for(lambda: [each for each in self._visible_elements() if text in _text_of(each)])

    async def expect_no_text(self, text: str) -> None:
        """The page shows this text nowhere, or will in a moment."""
        await self._wait_for(lambda: not any(text in _text_of(each) for each in self._visible_elements()))

    async def expect_notice(self, text: str) -> None:
        """The page notifies of this, or will in a moment."""
        await self._wait_for(lambda: self._user.notify.contains(text))

    async def expect_field(self, label: str, value: str) -> None:
        """The field of this label has this value, or will in a moment."""
        element = await self._find_by_label(label)
        assert isinstance(element, ValueElement)
        await self._wait_for(lambda: element.value == value)

    async def _find_by_label(self, label: str) -> ui.element:
        """The field or button of this label, not the label itself."""
        found = await self._wait_for(lambda: [each for each in self._visible_elements() if label in _labels_of(each)])
        return found[0]

    async def _wait_for(self, find: Callable[[], FoundT]) -> FoundT:
        while True:
            if found := find():
                return found
            await asyncio.sleep(POLL_SECONDS)

    def _visible_elements(self) -> Iterator[ui.element]:
        for element in self.client.layout.descendants():
            if not any("lw-hidden" in each.classes for each in element.ancestors(include_self=True)):
                yield element


def _labels_of(element: ui.element) -> list[object]:
    inner = element.descendants() if isinstance(element, ui.menu_item) else []
    own = [element._text] if element.tag == "button" else []
    return [element.props.get("aria-label"), element.props.get("label"), *own, *(each._text for each in inner)]


def _text_of(element: ui.element) -> str:
    return element._text or str(element.props.get("label") or "")
