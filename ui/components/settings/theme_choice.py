"""The choice of a theme, in step with the button in the header."""

from ui.components.settings.rows import row, section
from ui.elements import box, on_event, set_selected, text
from ui.theme import PageTheme, Theme

LABELS: dict[Theme, str] = {None: "As the system", False: "Light", True: "Dark"}


class ThemeChoice:
    """One of three, remembered for this browser."""

    def __init__(self, theme: PageTheme) -> None:
        with (
            section("Appearance"),
            box("lw-settings-rows"),
            row("Theme", "For this browser."),
            box("lw-segmented-control").props("role=group aria-label=Theme"),
        ):
            self._buttons = {
                value: on_event(text(label, tag="button"), "click", lambda value=value: theme.choose(value))
                for value, label in LABELS.items()
            }
        theme.listeners.append(self._show)
        self._show(theme.value)

    def _show(self, value: Theme) -> None:
        for each, element in self._buttons.items():
            set_selected(element, "aria-pressed", selected=each is value)
