"""Where a request comes from, for the list of one's sign-ins and for the audit log. No I/O."""

import re
from contextvars import ContextVar
from dataclasses import dataclass

MAX_PROGRAM_LENGTH = 60
"""Characters of the name of an unknown program."""
UNKNOWN_PROGRAM = "an unknown program"
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Names in a User-Agent header and of the browser, the most particular first: most name others too."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_PRODUCT = re.compile(r"[A-Za-z][\w.-]*")


@dataclass(frozen=True, slots=True)
class Client:
    """Who sends a request: the address, and the User-Agent header."""

    address: str = ""
    user_agent: str = ""

    @property
    def program(self) -> str:
        """The program in a person's words: ``Firefox on Linux``, ``curl``."""
        return describe_program(self.user_agent)


current_client: ContextVar[Client] = ContextVar("current_client", default=Client())  # noqa: B039 - it is frozen
"""The sender of what is being done now: set for each request and socket, and inherited by what they start."""


def describe_program(user_agent: str) -> str:
    """The program of a User-Agent header (RFC 9110, section 10.1.5) in a person's words."""
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in user_agent), None)
    if browser:
        system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
        return f"{browser} on {system}" if system else browser
    product = _PRODUCT.match(user_agent)
    return product[0][:MAX_PROGRAM_LENGTH] if product else UNKNOWN_PROGRAM
