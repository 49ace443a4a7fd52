"""How many readers wait for news, of all logs together."""


class WaitingReaders:
    """A counter that the logs of one installation share; the journal gathers more where many wait."""

    def __init__(self) -> None:
        self.count = 0
