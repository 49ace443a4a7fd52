// The keys of IndexedDB: their order, ranges of them, and where a value has them
// Keys: numbers before dates, then texts, bytes and lists
const keyRank = (key) => {
  if (typeof key === "number" && !Number.isNaN(key)) return 1;
  if (key instanceof Date && !Number.isNaN(key.getTime())) return 2;
  if (typeof key === "string") return 3;
  if (key instanceof ArrayBuffer || ArrayBuffer.isView(key)) return 4;
  if (Array.isArray(key) && key.every((each) => keyRank(each))) return 5;
  return 0;
};
const compareKeys = (a, b) => {
  const rank = keyRank(a);
  if (!rank || !keyRank(b)) throw new DOMException("This is no valid key.", "DataError");
  if (rank !== keyRank(b)) return rank < keyRank(b) ? -1 : 1;
  if (rank < 4) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] =
    rank === 5 ? [a, b] : [a, b].map((each) => [...new Uint8Array(each.buffer ?? each)]);
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareKeys(left[index], right[index]);
    if (order) return order;
  }
  return Math.sign(left.length - right.length);
};
const valueAt = (value, keyPath) =>
  Array.isArray(keyPath)
    ? keyPath.map((each) => valueAt(value, each))
    : keyPath.split(".").reduce((part, name) => (name ? part?.[name] : part), value);
const setValueAt = (value, keyPath, key) => {
  const names = keyPath.split(".");
  const last = names.pop();
  const owner = names.reduce((part, name) => (part[name] ??= {}), value);
  owner[last] = key;
};
const namesOf = (map) =>
  Object.assign([...map.keys()].sort(), {
    contains: (name) => map.has(name),
    item: (index) => [...map.keys()].sort()[index] ?? null,
  });

class KeyRange {
  constructor(lower, upper, lowerOpen = false, upperOpen = false) {
    Object.assign(this, { lower, upper, lowerOpen, upperOpen });
  }
  static only = (key) => new KeyRange(key, key);
  static lowerBound = (key, isOpen) => new KeyRange(key, undefined, isOpen);
  static upperBound = (key, isOpen) => new KeyRange(undefined, key, false, isOpen);
  static bound = (...values) => new KeyRange(...values);
  static of = (query) =>
    query instanceof KeyRange
      ? query
      : query === undefined || query === null
        ? new KeyRange()
        : KeyRange.only(query);
  includes(key) {
    const above = this.lower === undefined ? 1 : compareKeys(key, this.lower);
    const below = this.upper === undefined ? -1 : compareKeys(key, this.upper);
    return (above > 0 || (!above && !this.lowerOpen)) && (below < 0 || (!below && !this.upperOpen));
  }
}
