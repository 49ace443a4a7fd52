"""The running app of a shared project: its files come by the link, and what it shows is kept nowhere."""

from typing import Any
from urllib.parse import urlencode

from ui.components.app.app_view import AppView, ShownVersion


class SharedApp(AppView):
    """An ``AppView`` for a guest with the ``token`` of a link."""

    def __init__(self, name: str, scripts: str, token: str) -> None:
        super().__init__(name, scripts, open_source=lambda *_: None, fix=_drop, keep=_drop, keep_picture=_drop)
        self._query = urlencode({"share": token})

    def _front_props(self, front: ShownVersion | None) -> dict[str, Any] | None:
        return self._with_link(super()._front_props(front))

    def _back_props(self, back: ShownVersion | None) -> dict[str, Any] | None:
        return self._with_link(super()._back_props(back))

    def _with_link(self, props: dict[str, Any] | None) -> dict[str, Any] | None:
        """The same with the link in the address, once: the props of before are given again."""
        if props is None or self._query in props["address"]:
            return props
        joint = "&" if "?" in props["address"] else "?"
        return {**props, "address": f"{props['address']}{joint}{self._query}"}


async def _drop(*_arguments: object) -> None:
    """A guest changes nothing."""
