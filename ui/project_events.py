"""A change of a project by one page, told to its other pages at once, before their next poll."""

from collections.abc import Awaitable, Callable

from nicegui import Event

_project_changed: Event[int] = Event()


def publish(project_id: int) -> None:
    """Tell every page of this project that it has changed."""
    _project_changed.emit(project_id)


def subscribe(project_id: int, callback: Callable[[], Awaitable[None]]) -> None:
    """Call ``callback`` at each change of this project, until the page is closed."""

    async def on_changed(changed_id: int) -> None:
        if changed_id == project_id:
            await callback()

    _project_changed.subscribe(on_changed)
