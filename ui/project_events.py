"""What a page has changed, told to the other pages of that project at once: else they see it when they look next."""

from collections.abc import Awaitable, Callable

from nicegui import Event

_changed: Event[int] = Event()


def tell(project_id: int) -> None:
    """This project is another one now."""
    _changed.emit(project_id)


def hear(project_id: int, look: Callable[[], Awaitable[None]]) -> None:
    """Have this page look whenever that is told, until it is closed."""

    async def heard(changed: int) -> None:
        if changed == project_id:
            await look()

    _changed.subscribe(heard)
