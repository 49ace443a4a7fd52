// Storage: a sandboxed page has none, so it is kept in the page around it, as long as that is open
const MAX_STORED_LENGTH = 5_000_000; // characters, as browsers have it
const STORE_DELAY = 50; // ms in which changes are joined

const replace = (target, name, descriptor) =>
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
const keptStorage = (area) => {
  const values = new Map(Object.entries(config.storage[area] ?? {}));
  let timer = null;
  const changed = () => {
    timer ??= setTimeout(() => {
      timer = null;
      send("storage", { area, values: Object.fromEntries(values) });
    }, STORE_DELAY);
  };
  const set = (key, value) => {
    const length = [...values].reduce((sum, [name, text]) => sum + name.length + text.length, 0);
    if (length + value.length > MAX_STORED_LENGTH)
      throw new DOMException("The storage is full.", "QuotaExceededError");
    values.set(key, value);
    changed();
  };
  const remove = (key) => {
    values.delete(key);
    changed();
  };
  const methods = {
    getItem: (key) => values.get(String(key)) ?? null,
    setItem: (key, value) => set(String(key), String(value)),
    removeItem: (key) => remove(String(key)),
    clear: () => {
      values.clear();
      changed();
    },
    key: (index) => [...values.keys()][index] ?? null,
  };
  return new Proxy(methods, {
    get: (_, key) => (key === "length" ? values.size : (methods[key] ?? values.get(key))),
    set: (_, key, value) => {
      set(key, String(value));
      return true;
    },
    has: (_, key) => key in methods || values.has(key),
    deleteProperty: (_, key) => {
      remove(key);
      return true;
    },
    ownKeys: () => [...values.keys()],
    getOwnPropertyDescriptor: (_, key) => {
      if (!values.has(key)) return undefined;
      return { value: values.get(key), configurable: true, enumerable: true, writable: true };
    },
  });
};
replace(window, "localStorage", { value: keptStorage("local") });
replace(window, "sessionStorage", { value: keptStorage("session") });

let cookieText = config.cookies;
replace(document, "cookie", {
  get: () => cookieText,
  set: (text) => {
    const [pair] = String(text).split(";");
    const name = pair.split("=")[0].trim();
    const others = cookieText.split("; ").filter((each) => each && each.split("=")[0] !== name);
    const isGone = /;\s*(max-age=(0|-)|expires=[^;]*19[67]\d)/i.test(text);
    cookieText = [...others, ...(isGone ? [] : [pair.trim()])].join("; ");
    send("cookie", { text: String(text).slice(0, 4096) });
  },
});

// Dialogs, which a browser does not show for a page of another origin
window.alert = (text = "") => log("alert", () => text);
window.confirm = (text = "") => {
  log("confirm", () => `${text} (taken as yes)`);
  return true;
};
window.prompt = (text = "", value = "") => {
  log("prompt", () => `${text} (taken as “${value}”)`);
  return String(value);
};
window.print = () => {};

// No content security policy covers WebRTC. A page can still find it in a frame that it makes.
delete window.RTCPeerConnection;
delete window.webkitRTCPeerConnection;
