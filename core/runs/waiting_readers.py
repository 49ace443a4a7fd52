"""How many readers wait for a change, in all logs together."""


class WaitingReaders:
    """A counter that all logs of an installation share; the journal writes less often when many wait."""

    def __init__(self) -> None:
        self.count = 0
