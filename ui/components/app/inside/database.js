// IndexedDB, which a page of an opaque origin is refused: kept in memory, and by the page around as long as that is
// open. As in the standard (https://w3c.github.io/IndexedDB/), but transactions go one after the other.
const DATABASE_SAVE_DELAY = 100; // ms in which changes are joined
const databases = new Map(); // name → { version, stores: name → store }, once the page around has told them
let databasesLoading = null;
let databasesTimer = null;

const loadDatabases = () =>
  (databasesLoading ??= new Promise((done) => {
    ask("databases", {}, ({ databases: kept = [] }) => {
      for (const [name, database] of kept) databases.set(name, database);
      done();
    });
  }));
const saveDatabases = () => {
  databasesTimer ??= setTimeout(() => {
    databasesTimer = null;
    try {
      send("databases-changed", { databases: [...databases] });
    } catch {} // something in it cannot be sent, as a key of cryptography
  }, DATABASE_SAVE_DELAY);
};

class Emitter extends EventTarget {
  heard = new Set();
  emit(type, detail = {}) {
    // `onsuccess` and its kin are listeners too, which see the request as the target of the event.
    if (!this.heard.has(type)) this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    this.heard.add(type);
    const event = Object.assign(new Event(type, { cancelable: true }), detail);
    this.dispatchEvent(event);
    return event;
  }
}
class DatabaseRequest extends Emitter {
  readyState = "pending";
  result = undefined;
  error = null;
  onsuccess = null;
  onerror = null;
  constructor(source, transaction) {
    super();
    Object.assign(this, { source, transaction });
  }
  succeed(result) {
    Object.assign(this, { readyState: "done", result });
    this.emit("success");
  }
  fail(error) {
    Object.assign(this, { readyState: "done", error });
    return this.emit("error");
  }
}

let transactionTurn = Promise.resolve();
const nextTask = () => new Promise((go) => setTimeout(go));

class Transaction extends Emitter {
  error = null;
  constructor(db, names, mode) {
    super();
    Object.assign(this, { db, mode, waiting: [], state: "active" });
    this.objectStoreNames = Object.assign([...names].sort(), {
      contains: (name) => names.includes(name),
    });
    this.done = transactionTurn.then(() => this.run());
    transactionTurn = this.done.catch(() => {});
  }
  objectStore(name) {
    const store = this.db.content.stores.get(name);
    if (!store || !this.objectStoreNames.includes(name))
      throw new DOMException(`There is no store “${name}” in this transaction.`, "NotFoundError");
    return new ObjectStore(store, name, this);
  }
  request(source, act) {
    if (this.state !== "active")
      throw new DOMException("The transaction has ended.", "TransactionInactiveError");
    const request = new DatabaseRequest(source, this);
    this.waiting.push([request, act]);
    return request;
  }
  async run() {
    this.before ??= this.mode === "readonly" ? null : structuredClone(this.db.content);
    await nextTask();
    // What a listener asks for belongs to the transaction, and so does what follows in its promises.
    while (this.waiting.length && this.state === "active") {
      const [request, act] = this.waiting.shift();
      this.perform(request, act);
      await nextTask();
    }
    if (this.state !== "active") return;
    this.state = "finished";
    if (this.mode !== "readonly") saveDatabases();
    this.emit("complete");
  }
  perform(request, act) {
    let result;
    try {
      result = act(request);
    } catch (error) {
      const event = request.fail(error);
      this.emit("error", {});
      if (!event.defaultPrevented) this.abort(error);
      return;
    }
    request.succeed(result);
  }
  commit() {}
  abort(error = null) {
    if (this.state !== "active")
      throw new DOMException("The transaction has ended.", "InvalidStateError");
    Object.assign(this, { state: "finished", error });
    if (this.before) Object.assign(this.db.content, this.before);
    const failure = new DOMException("The transaction was aborted.", "AbortError");
    for (const [request] of this.waiting.splice(0)) request.fail(failure);
    this.emit("abort");
  }
}

class OpenDatabase extends Emitter {
  constructor(name, content) {
    super();
    Object.assign(this, { name, content });
  }
  get version() {
    return this.content.version;
  }
  get objectStoreNames() {
    return namesOf(this.content.stores);
  }
  createObjectStore(name, { keyPath = null, autoIncrement = false } = {}) {
    if (this.content.stores.has(name))
      throw new DOMException("This store is there already.", "ConstraintError");
    const store = { keyPath, autoIncrement, nextKey: 1, indexes: new Map(), records: [] };
    this.content.stores.set(name, store);
    this.upgrade.objectStoreNames.push(name);
    return new ObjectStore(store, name, this.upgrade);
  }
  deleteObjectStore(name) {
    this.content.stores.delete(name);
  }
  transaction(names, mode = "readonly") {
    const wanted = [names].flat();
    const missing = wanted.find((name) => !this.content.stores.has(name));
    if (missing !== undefined || !wanted.length)
      throw new DOMException(`There is no store “${missing}”.`, "NotFoundError");
    return new Transaction(this, wanted, mode);
  }
  close() {}
}

const openDatabase = async (request, name, version) => {
  await loadDatabases();
  await nextTask();
  const content = databases.get(name) ?? { version: 0, stores: new Map() };
  const wanted = version ?? (content.version || 1);
  if (wanted < content.version)
    return request.fail(new DOMException("There is a newer version of it.", "VersionError"));
  const database = new OpenDatabase(name, content);
  if (wanted > content.version) {
    const before = structuredClone(content);
    const oldVersion = content.version;
    content.version = wanted;
    databases.set(name, content);
    const upgrade = new Transaction(database, [...content.stores.keys()], "versionchange");
    Object.assign(upgrade, { before });
    Object.assign(database, { upgrade });
    Object.assign(request, { result: database, transaction: upgrade, readyState: "done" });
    request.emit("upgradeneeded", { oldVersion, newVersion: wanted });
    await upgrade.done;
    if (upgrade.error) return request.fail(new DOMException("The upgrade failed.", "AbortError"));
  }
  request.transaction = null;
  return request.succeed(database);
};
replace(window, "indexedDB", {
  value: {
    open(name, version) {
      if (version !== undefined && !(version >= 1)) throw new TypeError("A version is 1 at least.");
      const request = new DatabaseRequest(null, null);
      openDatabase(request, String(name), version);
      return request;
    },
    deleteDatabase(name) {
      const request = new DatabaseRequest(null, null);
      loadDatabases().then(() => {
        databases.delete(String(name));
        saveDatabases();
        request.succeed(undefined);
      });
      return request;
    },
    databases: async () => {
      await loadDatabases();
      return [...databases].map(([name, { version }]) => ({ name, version }));
    },
    cmp: compareKeys,
  },
});
for (const [name, value] of Object.entries({
  IDBKeyRange: KeyRange,
  IDBRequest: DatabaseRequest,
  IDBOpenDBRequest: DatabaseRequest,
  IDBTransaction: Transaction,
  IDBDatabase: OpenDatabase,
  IDBObjectStore: ObjectStore,
  IDBIndex: StoreIndex,
  IDBCursor: Cursor,
  IDBCursorWithValue: Cursor,
}))
  replace(window, name, { value });
