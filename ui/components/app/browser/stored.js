// What a page stores: a sandboxed frame has no storage of its own, so this page keeps it for as long as it is open
const MAX_STORED_LENGTH = 12_000_000; // characters of one storage, or of all databases
const MAX_DEPTH = 100; // of values within one another

export class StoredData {
  constructor() {
    this.clear();
  }

  clear() {
    this.areas = { local: {}, session: {} };
    this.databases = []; // those of IndexedDB: [name, content]
  }

  keepArea({ area, values }) {
    if (!Object.hasOwn(this.areas, area) || typeof values !== "object" || !values) return;
    const texts = Object.entries(values).filter(([, text]) => typeof text === "string");
    if (textLength(texts) < MAX_STORED_LENGTH) this.areas[area] = Object.fromEntries(texts);
  }

  keepDatabases(databases) {
    if (Array.isArray(databases) && textLength(databases) < MAX_STORED_LENGTH)
      this.databases = databases;
  }
}

// About how much a value takes that came as a message, and that may contain itself
function textLength(value, known = new Set(), depth = 0) {
  if (depth > MAX_DEPTH) return Infinity;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || known.has(value)) return 8;
  known.add(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof Blob) return value.size;
  const parts = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
  return parts.reduce((sum, each) => sum + textLength(each, known, depth + 1), 8);
}
