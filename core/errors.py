"""Everything that can go wrong, as one tree.

    LivewrightError
    ├── BadRequest              400 bad_request
    ├── NotAuthenticated        401 not_authenticated
    │   ├── TokenExpired        401 token_expired
    │   └── BadCredentials      401 bad_credentials
    ├── RegistrationClosed      403 registration_closed
    ├── Forbidden               403 forbidden
    ├── NotFound                404 not_found
    ├── AlreadyExists           409 already_exists
    ├── Conflict                409 conflict
    ├── TooLarge                413 too_large
    ├── InvalidInput            422 invalid
    ├── NotRunnable             422 not_runnable
    ├── TooManyRequests         429 too_many_requests
    │   └── QueueFull           429 queue_full
    ├── Unavailable             503 unavailable
    │   └── DatabaseUnavailable 503 unavailable
    ├── EngineError             the end of a run, never of a request
    └── ConfigurationError      stops the start

The message of each is one sentence that a person can act on; it holds no path, secret or library text.
The numbers are those of the HTTP API; only ``api`` uses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

ADDRESS_NOT_FOUND = "There is nothing at this address."


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str
    message: str


class LivewrightError(Exception):
    """Any failure that has a sentence for the person who meets it."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[object, ...]:
        # Errors come back from worker processes; pickle would call each class with the message alone.
        return _restore, (type(self), self.message, self.__dict__)


def _restore(error_type: type[LivewrightError], message: str, attributes: dict[str, object]) -> LivewrightError:
    error = error_type.__new__(error_type, message)
    error.__dict__.update(attributes)
    return error


class BadRequest(LivewrightError):
    """The request cannot be read."""

    code = "bad_request"


class NotAuthenticated(LivewrightError):
    """No token, or one that was not issued here, was revoked, or whose user is gone."""

    code = "not_authenticated"


class TokenExpired(NotAuthenticated):
    """The token was good and has run out."""

    code = "token_expired"


class BadCredentials(NotAuthenticated):
    """Wrong name or wrong password: never says which."""

    code = "bad_credentials"


class RegistrationClosed(LivewrightError):
    """The installation takes no new accounts."""

    code = "registration_closed"


class Forbidden(LivewrightError):
    """Known, and not allowed."""

    code = "forbidden"


class NotFound(LivewrightError):
    """Unknown, or another user's: nobody learns which."""

    code = "not_found"


class AlreadyExists(LivewrightError):
    """The name is taken."""

    code = "already_exists"


class Conflict(LivewrightError):
    """The call does not fit the state of things; ``run_id`` names the run in the way."""

    code = "conflict"

    def __init__(self, message: str, *, run_id: str | None = None) -> None:
        super().__init__(message)
        self.run_id = run_id


class TooLarge(LivewrightError):
    """More bytes than a request may have."""

    code = "too_large"


class InvalidInput(LivewrightError):
    """Values that cannot be accepted, field by field."""

    code = "invalid"

    def __init__(self, message: str, errors: Sequence[FieldError]) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @classmethod
    def for_field(cls, field: str, message: str) -> "InvalidInput":
        """The common case: one field, whose message is the whole sentence."""
        return cls(message, [FieldError(field, message)])


class NotRunnable(LivewrightError):
    """An app of a kind that cannot be started here; the message says why, and what to do instead."""

    code = "not_runnable"


class TooManyRequests(LivewrightError):
    """Come back in ``retry_after`` seconds."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueueFull(TooManyRequests):
    """Too many runs are waiting."""

    code = "queue_full"


class Unavailable(LivewrightError):
    """Something this depends on is not there now."""

    code = "unavailable"


class DatabaseUnavailable(Unavailable):
    """The database did not do what it was asked: locked, full, gone, or too new."""


class ConfigurationError(LivewrightError):
    """A setting or the surroundings make a start impossible."""

    code = "configuration"


class EngineError(LivewrightError):
    """The model could not finish.

    ``error_code`` becomes the run's error code, ``retryable`` says whether the same call may work later.
    """

    def __init__(self, error_code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.error_code = error_code
        self.retryable = retryable
