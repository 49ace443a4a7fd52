// What a person has changed by hand in the files of one version and not saved yet: kept in this browser for their account
// alone, so that it outlasts a reload, another version in view, a live run and a sign-out. Each file is kept by itself:
// two windows with the same version keep what each has changed.
const STORE_DELAY = 300; // ms after the last key

const known = new Map();

// Those of one run are one object, however often it comes into view.
export function editsOf(account, runId) {
  const prefix = `livewright-edits-${account}-${runId}-`;
  if (!known.has(prefix)) known.set(prefix, new FileEdits(prefix));
  return known.get(prefix);
}

class FileEdits {
  constructor(prefix) {
    this.prefix = prefix;
    // By path: { text, isNew }. A text of null removes the file; the version has no new one.
    this.entries = this.load();
    this.waiting = new Set(); // paths that are still to be kept
    addEventListener("pagehide", () => this.flush());
  }
  get count() {
    return this.entries.size;
  }
  get paths() {
    return [...this.entries.keys()];
  }
  has(path) {
    return this.entries.has(path);
  }
  isRemoved(path) {
    return this.entries.get(path)?.text === null;
  }
  isNew(path) {
    return Boolean(this.entries.get(path)?.isNew);
  }
  // Undefined for a file that is as it was.
  textOf(path) {
    return this.has(path) ? (this.entries.get(path).text ?? "") : undefined;
  }
  changes() {
    return [...this.entries];
  }
  set(path, text, original) {
    if (text === original && !this.isNew(path)) this.entries.delete(path);
    else this.entries.set(path, { text, isNew: this.isNew(path) });
    this.store(path);
  }
  add(path, text, isNew) {
    this.entries.set(path, { text, isNew });
    this.store(path);
  }
  remove(path) {
    if (this.isNew(path)) this.entries.delete(path);
    else this.entries.set(path, { text: null, isNew: false });
    this.store(path);
  }
  restore(path) {
    this.entries.delete(path);
    this.store(path);
  }
  // These are saved; what was typed since stays.
  drop(changes) {
    for (const [path, { text }] of changes)
      if (this.entries.get(path)?.text === text) this.restore(path);
    this.flush();
  }
  store(path) {
    this.waiting.add(path);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), STORE_DELAY);
  }
  flush() {
    clearTimeout(this.timer);
    for (const path of this.waiting) {
      try {
        const key = this.prefix + path;
        if (this.has(path)) localStorage.setItem(key, JSON.stringify(this.entries.get(path)));
        else localStorage.removeItem(key);
      } catch {
        // No room, or no leave to keep it: it holds for this page.
      }
    }
    this.waiting.clear();
  }
  load() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      return new Map(
        keys
          .sort()
          .map((key) => [key.slice(this.prefix.length), JSON.parse(localStorage.getItem(key))]),
      );
    } catch {
      return new Map();
    }
  }
}
