"""What goes wrong while the runtime is built."""


class RuntimeBuildError(Exception):
    """The runtime cannot be built; the message is a sentence that a person can act on."""
