"""What keys do in the studio."""

from nicegui import ui

from ui.elements import Action, guard_action

_SHORTCUT_SCRIPT = """
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); emitEvent("lw-generate"); }
  if (event.key === "Escape" && !document.querySelector(".q-dialog, .q-menu, .cm-panel")) emitEvent("lw-stop");
});
"""


def install_shortcuts(generate: Action, stop: Action) -> None:
    """Ctrl+Enter generates; Escape stops, where it closes nothing."""
    ui.run_javascript(_SHORTCUT_SCRIPT)
    ui.on("lw-generate", guard_action(generate))
    ui.on("lw-stop", guard_action(stop))
