"""The parts of the studio on a phone, which has room for one of them at a time: a bar of tabs at its lower edge."""

from collections.abc import Callable
from enum import StrEnum

from nicegui import ui

from ui.elements import box, guard_action, set_aria_label, set_visible, text

ICON = (
    '<svg width="20" height="20" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>'
)


class StudioPart(StrEnum):
    """A part of the studio; the values stand in the page, where its style sheet reads them."""

    ASK = "ask"
    CODE = "code"
    APP = "app"
    VERSIONS = "versions"


ICON_PATHS = {
    StudioPart.ASK: "M10.5 3l2.5 2.5L6 12.5l-3 .5.5-3zM9 4.5L11.5 7",
    StudioPart.CODE: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5",
    StudioPart.APP: "M2 3h12v10H2zM2 6h12M4 4.5h.1M6 4.5h.1",
    StudioPart.VERSIONS: "M3 8a5 5 0 101.6-3.7M3 2.5v3h3M8 5.2V8l2 1.4",
}
SWITCH_SCRIPT = "(event) => {{ event.currentTarget.closest('.lw-studio').dataset.part = '{}'; emit(); }}"
"""At once, and also without a connection: what is typed on another part can be reached then, too."""


class PhoneTabs(ui.element):
    """Hidden where there is room for all parts. A dot says that one of them is live or has errors."""

    def __init__(self, on_select: Callable[[StudioPart], object]) -> None:
        super().__init__("nav")
        self.classes("lw-phone-tabs")
        self.props("aria-label='Parts of the studio'")
        self._dots: dict[StudioPart, ui.element] = {}
        with self:
            self._buttons = {part: self._draw_button(part, on_select) for part in StudioPart}

    def select(self, part: StudioPart) -> None:
        """Mark this part as the one in view."""
        for each, element in self._buttons.items():
            current = "true" if each is part else "false"
            if element.props.get("aria-current") != current:
                element.props["aria-current"] = current

    def set_dots(self, *, is_live: object, has_errors: object) -> None:
        """Say what goes on in the parts that are not in view."""
        for part, is_on, meaning in ((StudioPart.CODE, is_live, "live"), (StudioPart.APP, has_errors, "with errors")):
            set_visible(self._dots[part], is_on)
            name = part.capitalize()
            set_aria_label(self._buttons[part], f"{name}, {meaning}" if is_on else name)

    def _draw_button(self, part: StudioPart, on_select: Callable[[StudioPart], object]) -> ui.element:
        with box("", "button").props("type=button") as element:
            ui.html(ICON.format(ICON_PATHS[part]), sanitize=False)  # ours
            text(part.capitalize())
            self._dots[part] = box(f"dot {part} lw-hidden", "i")
        return element.on(
            "click", guard_action(lambda: on_select(part)), [], js_handler=SWITCH_SCRIPT.format(part.value)
        )
