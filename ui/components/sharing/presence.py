"""How many look at a project now, on its pages."""

from collections.abc import Callable

from nicegui import ui

from core.studio import Studio


def follow_presence(studio: Studio, owner_id: int, project_id: int, show: Callable[[int], None]) -> None:
    """Count this page as one that looks at a project while it is connected, and show how many there are."""
    client = ui.context.client
    leave: list[Callable[[], None]] = []

    def come() -> None:
        if not leave:
            leave.append(studio.presence.enter(owner_id, project_id))

    def go() -> None:
        while leave:
            leave.pop()()

    def draw() -> None:
        with client:
            show(studio.presence.count(project_id))

    unsubscribe = studio.presence.changes.subscribe(lambda change: draw() if change.project_id == project_id else None)

    def close() -> None:
        unsubscribe()
        go()

    client.on_connect(come)
    client.on_disconnect(go)
    client.on_delete(close)
