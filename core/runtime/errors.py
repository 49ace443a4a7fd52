"""What goes wrong while the runtime is built."""

from core.errors import LivewrightError


class RuntimeBuildError(LivewrightError):
    """The runtime cannot be built; never the answer to a request."""

    code = "runtime"
