// What the list of keys and the palette both need to know of keys and commands.
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = {
  mod: isMac ? "⌘" : "Ctrl",
  shift: isMac ? "⇧" : "Shift",
  enter: "↵",
  escape: "Esc",
  end: "End",
};

// The names on the keys: "mod+k" is Ctrl and K.
export function keyNames(keys) {
  return keys
    .split(/[ +]/)
    .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

export function commandEvent(name) {
  return new CustomEvent("livewright-command", { detail: name });
}

export function isTyping(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable=true]"));
}

export function saved(name) {
  try {
    return localStorage.getItem(name) !== "false";
  } catch {
    return true;
  }
}

export function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // No room, or no leave to keep it: it holds for this page.
  }
}
