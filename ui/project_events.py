"""What a page has changed, told to the other pages of that project at once: else they see it when they look next."""

from collections.abc import Awaitable, Callable

from nicegui import Event

_project_changed: Event[int] = Event()


def publish(project_id: int) -> None:
    """This project is another one now."""
    _project_changed.emit(project_id)


def subscribe(project_id: int, callback: Callable[[], Awaitable[None]]) -> None:
    """Have this page look whenever that is told, until it is closed."""

    async def on_changed(changed_id: int) -> None:
        if changed_id == project_id:
            await callback()

    _project_changed.subscribe(on_changed)
