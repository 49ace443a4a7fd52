"""Fetches Qwen's weights once, in the background."""

from pathlib import Path


class Fetch:
    """A fetch of one file to ``target``."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.problem: str | None = None
        self.progress: tuple[int, int] | None = None

    def start(self) -> None:
        """Begin."""

    async def close(self) -> None:
        """Stop."""
