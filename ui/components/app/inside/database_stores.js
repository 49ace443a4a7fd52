// The stores of IndexedDB, their indexes and cursors: what can be asked within a transaction
// What a store and an index have in common; `entries()` are [key, record] in the order of the keys
class Source {
  get(query) {
    return this.ask(() => structuredClone(this.found(query)[0]?.[1].value));
  }
  getKey(query) {
    return this.ask(() => this.found(query)[0]?.[1].key);
  }
  getAll(query, count) {
    return this.ask(() =>
      this.found(query, count).map(([, record]) => structuredClone(record.value)),
    );
  }
  getAllKeys(query, count) {
    return this.ask(() => this.found(query, count).map(([, record]) => record.key));
  }
  count(query) {
    return this.ask(() => this.found(query).length);
  }
  openCursor(query, direction = "next") {
    return this.ask((request) => new Cursor(this, query, direction, request).step());
  }
  openKeyCursor(query, direction) {
    return this.openCursor(query, direction);
  }
  found(query, count) {
    const range = KeyRange.of(query);
    const found = this.entries().filter(([key]) => range.includes(key));
    return count ? found.slice(0, count) : found;
  }
  ask(act) {
    return this.transaction.request(this, act);
  }
}

class ObjectStore extends Source {
  constructor(store, name, transaction) {
    super();
    const { keyPath, autoIncrement } = store;
    Object.assign(this, { store, name, transaction, keyPath, autoIncrement });
  }
  get indexNames() {
    return namesOf(this.store.indexes);
  }
  entries() {
    return this.store.records.map((record) => [record.key, record]);
  }
  // Where a key is, or would be
  place(key) {
    const { records } = this.store;
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(records[middle].key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return [low, low < records.length && !compareKeys(records[low].key, key)];
  }
  add(value, key) {
    return this.write(value, key, true);
  }
  put(value, key) {
    return this.write(value, key, false);
  }
  write(value, key, isNew) {
    if (this.transaction.mode === "readonly")
      throw new DOMException("The transaction only reads.", "ReadOnlyError");
    const copy = structuredClone(value);
    return this.ask(() => this.keepRecord(copy, key, isNew));
  }
  keepRecord(value, given, isNew) {
    const { store } = this;
    let key = given ?? (store.keyPath === null ? undefined : valueAt(value, store.keyPath));
    if (key === undefined && store.autoIncrement) {
      key = store.nextKey;
      if (store.keyPath !== null) setValueAt(value, store.keyPath, key);
    }
    const [at, isThere] = this.place(key);
    if (isThere && isNew) throw new DOMException("This key is there already.", "ConstraintError");
    for (const index of store.indexes.values())
      if (index.unique) this.checkUnique(index, value, key);
    if (typeof key === "number" && key >= store.nextKey) store.nextKey = Math.floor(key) + 1;
    store.records.splice(at, isThere ? 1 : 0, { key, value });
    return key;
  }
  checkUnique(index, value, key) {
    for (const own of keysIn(index, value))
      for (const record of this.store.records)
        if (
          compareKeys(record.key, key) &&
          keysIn(index, record.value).some((each) => !compareKeys(each, own))
        )
          throw new DOMException("An index has this value already.", "ConstraintError");
  }
  delete(query) {
    return this.ask(() => {
      const range = KeyRange.of(query);
      this.store.records = this.store.records.filter(({ key }) => !range.includes(key));
    });
  }
  clear() {
    return this.ask(() => void (this.store.records = []));
  }
  createIndex(name, keyPath, { unique = false, multiEntry = false } = {}) {
    this.store.indexes.set(name, { keyPath, unique, multiEntry });
    return this.index(name);
  }
  deleteIndex(name) {
    this.store.indexes.delete(name);
  }
  index(name) {
    const index = this.store.indexes.get(name);
    if (!index) throw new DOMException(`There is no index “${name}”.`, "NotFoundError");
    return new StoreIndex(index, name, this);
  }
}

// The keys under which an index has a value
const keysIn = ({ keyPath, multiEntry }, value) => {
  const found = valueAt(value, keyPath);
  return (multiEntry && Array.isArray(found) ? found : [found]).filter((key) => keyRank(key));
};

class StoreIndex extends Source {
  constructor(index, name, objectStore) {
    super();
    Object.assign(this, {
      index,
      name,
      objectStore,
      ...index,
      transaction: objectStore.transaction,
    });
  }
  entries() {
    const { records } = this.objectStore.store;
    const found = records.flatMap((record) =>
      keysIn(this.index, record.value).map((key) => [key, record]),
    );
    return found.sort(([a], [b]) => compareKeys(a, b));
  }
}

class Cursor {
  constructor(source, query, direction, request) {
    Object.assign(this, { source, direction, request });
    const found = source.found(query);
    this.rest = direction.startsWith("prev") ? found.reverse() : found;
    if (direction.endsWith("unique"))
      this.rest = this.rest.filter(
        ([key], index, all) => !index || compareKeys(key, all[index - 1][0]),
      );
  }
  // The next one; what was deleted meanwhile is still in it
  step() {
    const next = this.rest.shift();
    if (!next) return null;
    [this.key, { key: this.primaryKey }] = next;
    this.value = structuredClone(next[1].value);
    return this;
  }
  continue(key) {
    if (key !== undefined) {
      const sign = this.direction.startsWith("prev") ? -1 : 1;
      while (this.rest.length && compareKeys(this.rest[0][0], key) * sign < 0) this.rest.shift();
    }
    this.request.readyState = "pending";
    this.source.transaction.waiting.push([this.request, () => this.step()]);
  }
  advance(count) {
    this.rest.splice(0, count - 1);
    this.continue();
  }
  get store() {
    return this.source.objectStore ?? this.source;
  }
  update(value) {
    return this.store.put(value, this.store.keyPath === null ? this.primaryKey : undefined);
  }
  delete() {
    return this.store.delete(this.primaryKey);
  }
}
