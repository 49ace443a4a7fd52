// A back end of Node in a module worker of the sandbox. It is one script of the app's modules, made by the linker;
// what it imports of Node and of npm is stood in for here, as far as a browser can.
const host = { app: null, files: {}, kept: {} };
const tell = (kind, detail = {}, transfer = []) =>
  postMessage({ livewright: kind, ...detail }, transfer);
const through = () => (_request, _response, next) => next();
const ROOT = "/app";
const running = new Map(); // id of a request → its response, until that ends
const FUNCTION_LINES = 2; // that `new Function` puts before a module's text

const clean = (path) => {
  const parts = [];
  for (const part of String(path).split("/"))
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  return (String(path).startsWith("/") ? "/" : "") + parts.join("/");
};
// A file of the app, or one that it has written
function projectFile(path) {
  const bare = clean(path).replace(/^\/app(\/|$)|^\//, "");
  return Object.hasOwn(host.files, bare) ? host.files[bare] : undefined;
}

const pathModule = {
  sep: "/",
  join: (...parts) => clean(parts.join("/")) || ".",
  resolve: (...parts) =>
    clean(parts.reduce((all, part) => (part.startsWith("/") ? part : `${all}/${part}`), ROOT)),
  dirname: (path) => path.replace(/\/[^/]*$/, "") || "/",
  basename: (path, end = "") =>
    path
      .split("/")
      .at(-1)
      .replace(new RegExp(`${end.replace(".", "\\.")}$`), ""),
  extname: (path) => /\.[^./]*$/.exec(path)?.[0] ?? "",
  normalize: clean,
  isAbsolute: (path) => path.startsWith("/"),
};
pathModule.posix = pathModule;
const missing = (path) =>
  Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
const fileSystem = {
  readFileSync: (path) => projectFile(path) ?? fail(missing(path)),
  writeFileSync: (path, text) => {
    host.files[clean(path).replace(/^\/app\/|^\//, "")] = String(text);
  },
  existsSync: (path) => projectFile(path) !== undefined,
  mkdirSync: () => {},
  readdirSync: () => [],
};
fileSystem.promises = {
  readFile: async (path) => fileSystem.readFileSync(path),
  writeFile: async (path, text) => fileSystem.writeFileSync(path, text),
  mkdir: async () => {},
  access: async (path) => void fileSystem.readFileSync(path),
};
const fail = (error) => {
  throw error;
};
const cors = () => (request, response, next) => {
  response.set("access-control-allow-origin", request.headers.origin ?? "*");
  if (request.method === "OPTIONS") return response.status(204).end();
  return next();
};
const uuid = () => crypto.randomUUID();
const STAND_INS = {
  express: () => express,
  cors: () => Object.assign(cors, { default: cors }),
  "body-parser": () => ({
    json: express.json,
    urlencoded: express.urlencoded,
    text: express.text,
    raw: express.raw,
  }),
  morgan: () => through,
  helmet: () => through,
  compression: () => through,
  "cookie-parser": () => through,
  "express-rate-limit": () => Object.assign(through, { rateLimit: through, default: through }),
  "express-async-handler": () => (handler) => (request, response, next) =>
    Promise.resolve(handler(request, response, next)).catch(next),
  dotenv: () => ({ config: () => ({}) }),
  "dotenv/config": () => ({}),
  path: () => pathModule,
  fs: () => fileSystem,
  "fs/promises": () => fileSystem.promises,
  url: () => ({
    URL,
    URLSearchParams,
    fileURLToPath: (url) => String(url).replace(/^file:\/\//, ""),
  }),
  crypto: () => ({
    randomUUID: uuid,
    randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    webcrypto: crypto,
  }),
  uuid: () => ({ v4: uuid, v1: uuid }),
  http: () => ({
    createServer: (app) => ({ listen: (...values) => app.listen(...values), on: () => {} }),
  }),
  process: () => process,
  os: () => ({ EOL: "\n", platform: () => "linux", cpus: () => [] }),
  events: () => ({ EventEmitter: EventTarget }),
};
globalThis.process = {
  env: {},
  argv: [],
  cwd: () => ROOT,
  on: () => {},
  exit: () => {},
  nextTick: queueMicrotask,
  uptime: () => performance.now() / 1000,
};
globalThis.global = globalThis;

for (const [kind, isError] of [
  ["log", false],
  ["info", false],
  ["warn", true],
  ["error", true],
]) {
  console[kind] = (...values) => {
    const text = values.map((value) =>
      value instanceof Error
        ? value.stack
        : typeof value === "object"
          ? asText(value)
          : String(value),
    );
    tell("output", { text: text.join(" ").slice(0, 500), isError });
  };
}

function asText(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return String(value); // it contains itself
  }
}

// The app's own line of an error
function describe(error) {
  const found = /(?:\(|at |@)([\w./-]+\.[cm]?[jt]s):(\d+):\d+/.exec(String(error?.stack ?? ""));
  return {
    message: `${error?.name ?? "Error"}: ${String(error?.message ?? error).slice(0, 400)}`,
    path: found?.[1] ?? null,
    line: found ? Math.max(1, Number(found[2]) - FUNCTION_LINES) : null,
  };
}

// Each module is a function of its own: a new version runs them anew.
async function load({ files, bundle, environment, state }) {
  host.app = null;
  host.files = { ...files };
  process.env = { NODE_ENV: "development", PORT: "3000", ...environment };
  const kept = state ? JSON.parse(new TextDecoder().decode(state)) : { values: {}, files: {} };
  Object.assign(host.files, kept.files);
  host.sources = { ...files };
  host.kept = {};
  try {
    const make = new Function("standIn", "keep", bundle);
    make(
      (name) => STAND_INS[name.replace(/^node:/, "")]?.(),
      (path, values) => keepValues(path, values, kept.values[path] ?? {}),
    );
    if (!host.app) throw new Error("There is no Express app in these files.");
    tell("loaded", { app: { entry: "" } });
  } catch (error) {
    tell("load-failed", describe(error));
  }
}

// `values`: name → [read, write] of a module's own variables
function keepValues(path, values, before) {
  host.kept[path] = { values, fresh: snapshotOf(values) };
  for (const [name, text] of Object.entries(before)) {
    const [read, write] = values[name] ?? [];
    if (!read) continue;
    const value = JSON.parse(text, decode);
    const current = read();
    if (Array.isArray(current) && Array.isArray(value)) current.splice(0, current.length, ...value);
    else if (current instanceof Map && value instanceof Map)
      for (const each of value) current.set(...each);
    else if (current instanceof Set && value instanceof Set)
      for (const each of value) current.add(each);
    else if (current && typeof current === "object" && value && typeof value === "object") {
      if (Object.getPrototypeOf(current) === Object.prototype) Object.assign(current, value);
    } else if (typeof current === typeof value) write(value);
  }
}

// What JSON has no form for
function encode(key, value) {
  const own = this[key];
  if (own instanceof Map) return { $: "Map", of: [...own] };
  if (own instanceof Set) return { $: "Set", of: [...own] };
  return own instanceof Date ? { $: "Date", of: own.getTime() } : value;
}
function decode(_, value) {
  const types = { Map, Set, Date };
  return value && Object.hasOwn(types, value.$) ? new types[value.$](value.of) : value;
}

function snapshotOf(values) {
  const found = {};
  for (const [name, [read]] of Object.entries(values)) {
    try {
      const text = JSON.stringify(read(), encode);
      if (text !== undefined) found[name] = text;
    } catch {}
  }
  return found;
}

function keep() {
  const values = {};
  for (const [path, entry] of Object.entries(host.kept)) {
    const now = snapshotOf(entry.values);
    const changed = Object.entries(now).filter(([name, text]) => entry.fresh[name] !== text);
    values[path] = Object.fromEntries(changed.map(([name, text]) => [name, text]));
  }
  const written = Object.entries(host.files).filter(([path, text]) => host.sources[path] !== text);
  const state = new TextEncoder().encode(
    JSON.stringify({ values, files: Object.fromEntries(written) }),
  ).buffer;
  tell("state", { state }, [state]);
}

function request(asked) {
  const { id } = asked;
  const answered = createRequest(asked);
  const response = createResponse(answered, {
    head: (status, headers) => tell("part", { id, head: { status, headers } }),
    chunk: (bytes) => {
      const chunk = bytes.slice().buffer;
      tell("part", { id, chunk }, [chunk]);
    },
    end: () => {
      running.delete(id);
      tell("part", { id, end: true });
      if (!/^(GET|HEAD|OPTIONS)$/.test(asked.method)) keep();
    },
  });
  running.set(id, response);
  host.app(answered, response, (error) => {
    if (error && !error.status) tell("request-failed", { id, ...describe(error) });
    if (response.writableEnded) return;
    const status = error ? (error.status ?? 500) : 404;
    response.status(status).type("text/plain");
    response.end(error ? "Internal Server Error" : `Cannot ${asked.method} ${asked.path}`);
  });
}

const acts = {
  load,
  request,
  abort: ({ id }) => {
    running.get(id)?.destroy();
    running.delete(id);
  },
  ping: () => tell("pong"),
  socket: ({ id }) => tell("part", { id, end: true, failure: true }),
};
addEventListener("message", ({ data }) => acts[data.act]?.(data));
addEventListener("unhandledrejection", ({ reason }) =>
  tell("output", { text: String(reason?.stack ?? reason), isError: true }),
);
tell("started");
tell("booted");
