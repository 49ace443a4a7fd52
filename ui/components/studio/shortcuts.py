"""What keys do in the studio."""

from nicegui import ui

from ui.elements import Action, guarded

_KEYS = """
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); emitEvent("lw-generate"); }
  if (event.key === "Escape" && !document.querySelector(".q-dialog, .q-menu, .cm-panel")) emitEvent("lw-stop");
});
"""


def listen_to_keys(generate: Action, stop: Action) -> None:
    """Ctrl+Enter generates; Escape stops, where it closes nothing."""
    ui.run_javascript(_KEYS)
    ui.on("lw-generate", guarded(generate))
    ui.on("lw-stop", guarded(stop))
