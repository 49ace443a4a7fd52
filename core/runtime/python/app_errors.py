"""What went wrong in an app, told by the line of its own source that it came from."""

import traceback
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any

APP_FOLDER = "/app"
MAX_TRACEBACK_CHARACTERS = 4000


@dataclass(frozen=True)
class AppError:
    """An exception of an app; ``path`` and ``line`` name the innermost place in the app's own files."""

    message: str
    path: str | None
    line: int | None
    traceback: str
    missing_module: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, for JavaScript."""
        return asdict(self)


def describe(error: BaseException) -> AppError:
    """The exception as text with its place."""
    place = _syntax_error_place(error) or _innermost_place(error.__traceback__) or _cause_place(error)
    path, line = place or (None, None)
    name = type(error).__name__
    text = str(error).strip() or "no message"
    missing_module = error.name if isinstance(error, ModuleNotFoundError) else None
    whole = "".join(traceback.format_exception(error))
    return AppError(f"{name}: {text}", path, line, whole[-MAX_TRACEBACK_CHARACTERS:], missing_module)


def _syntax_error_place(error: BaseException) -> tuple[str, int] | None:
    if isinstance(error, SyntaxError) and error.filename:
        path = _app_path(error.filename)
        return (path, error.lineno or 1) if path else None
    return None


def _innermost_place(trace: TracebackType | None) -> tuple[str, int] | None:
    frames = [(_app_path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(trace)]
    places = [(path, line) for path, line in frames if path]
    return places[-1] if places else None


def _cause_place(error: BaseException) -> tuple[str, int] | None:
    cause = error.__cause__ or error.__context__
    return describe_place(cause) if cause else None


def describe_place(error: BaseException) -> tuple[str, int] | None:
    """The innermost place of an exception in the app's own files."""
    return _syntax_error_place(error) or _innermost_place(error.__traceback__)


def _app_path(filename: str) -> str | None:
    path = PurePosixPath(filename)
    return path.relative_to(APP_FOLDER).as_posix() if path.is_relative_to(APP_FOLDER) else None
