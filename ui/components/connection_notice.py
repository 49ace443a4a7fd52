"""Says on the page that its connection to the server is lost, and what holds meanwhile."""

from nicegui import ui


class ConnectionNotice(ui.element, component="connection_notice.js"):
    """A strip that is empty while there is a connection. Without one the page's body has the class ``lw-offline``."""
