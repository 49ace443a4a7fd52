"""Says on the page that its connection to the server is lost, and what holds meanwhile."""

from nicegui import ui

KEPT = "What you type is kept in this browser and sent once the connection is back. What has been written is kept, too."
WAITS = "This page goes on when it is back."


class ConnectionNotice(ui.element, component="connection_notice.js"):
    """A strip that is empty while there is a connection. Without one the page's body has the class ``lw-offline``.

    ``keeps_text`` says whether the page keeps what is typed on it.
    """

    def __init__(self, *, keeps_text: bool) -> None:
        super().__init__()
        self.props["promise"] = KEPT if keeps_text else WAITS
