"""uvicorn, which has nothing to serve here: an app that runs it at its import goes on, and is asked directly."""

from typing import Any


def run(app: object, **_options: Any) -> None:
    """Nothing: the app is already served."""


class Config:
    """Holds what it is given."""

    def __init__(self, app: object, **options: Any) -> None:
        self.app = app
        self.__dict__.update(options)


class Server:
    """Serves nothing."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.should_exit = False

    def run(self) -> None:
        """Nothing: the app is already served."""

    async def serve(self) -> None:
        """Nothing: the app is already served."""
