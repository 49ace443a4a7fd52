// Python in a module worker of the sandbox, without a network: the page around posts every file of the runtime.
let python = null;
let driver = null;
let snapshotTimer = null;
const SNAPSHOT_DELAY = 300; // ms after a request that may have changed something
const sockets = new Map();

const moduleUrl = (buffer) => URL.createObjectURL(new Blob([buffer], { type: "text/javascript" }));
const tell = (kind, detail = {}, transfer = []) =>
  postMessage({ livewright: kind, ...detail }, transfer);

async function boot({ files, lock }) {
  globalThis.fetch = async (address) => {
    const name = String(address.url ?? address)
      .split("/")
      .at(-1);
    if (!files[name]) throw new TypeError(`There is no network in the sandbox: ${name}`);
    const type = name.endsWith("wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files[name], { headers: { "content-type": type } });
  };
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    import(moduleUrl(files["pyodide.mjs"])),
    import(moduleUrl(files["pyodide.asm.mjs"])),
  ]);
  python = await loadPyodide({
    indexURL: "https://runtime.invalid/",
    lockFileContents: lock,
    createPyodideModule,
    stdout: (text) => tell("output", { text: text.slice(0, 500) }),
    stderr: (text) => tell("output", { text: text.slice(0, 500), isError: true }),
    env: { HOME: "/home/pyodide", PYTHONDONTWRITEBYTECODE: "1" },
  });
  files = {};
  tell("booted");
}

// `bundles`: zips of packages; `product`: the product's own Python files, by path
function install({ bundles = [], product = {} }) {
  const folder = python.runPython("import site; site.getsitepackages()[0]");
  for (const bundle of bundles) python.unpackArchive(bundle, "zip", { extractDir: folder });
  for (const [path, text] of Object.entries(product)) {
    const target = `${folder}/app_driver/${path}`;
    python.FS.mkdirTree(target.replace(/\/[^/]*$/, ""));
    python.FS.writeFile(target, text);
  }
  python.runPython("import importlib; importlib.invalidate_caches()");
}

const toObject = (proxy) => {
  const found = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy?.();
  return found;
};

// Import a framework while the app's own code is not there yet: that takes most of the time.
function warm({ module }) {
  python.runPython(`import ${module}`);
}

async function load({ files, state, isFresh }) {
  driver ??= python.pyimport("app_driver.browser").BrowserHost();
  const found = toObject(
    await driver.load(python.toPy(files), state ? bytes(state) : null, isFresh),
  );
  if (found.error) return tell("load-failed", found.error);
  tell("loaded", { app: found });
  if (state) keepSoon();
}

const describe = (error) => ({
  message: String(error.message ?? error)
    .trim()
    .split("\n")
    .at(-1)
    .slice(0, 400),
});

// A copy in Python, and one of Python's bytes that the page around may have
const bytes = (buffer) => python.toPy(new Uint8Array(buffer ?? 0)).tobytes();
function copied(value) {
  if (typeof value === "string") return value;
  const found = value.toJs();
  value.destroy?.();
  return found.slice().buffer;
}

async function request({ id, method, path, query, headers, body }) {
  let hasHead = false;
  const onStart = (status, pairs) => {
    hasHead = true;
    tell("part", { id, head: { status, headers: pairs.toJs() } });
  };
  const onBody = (chunk) => {
    const buffer = copied(chunk);
    tell("part", { id, chunk: buffer }, [buffer]);
  };
  const asked = python.toPy({ method, path, query, headers, body });
  const failed = await driver
    .request(id, asked, onStart, onBody)
    .then((error) => error && toObject(error), describe);
  asked.destroy();
  if (failed) tell("request-failed", { id, ...failed });
  if (!hasHead) {
    const chunk = new TextEncoder().encode("Internal Server Error").buffer;
    tell("part", { id, head: { status: 500, headers: [["content-type", "text/plain"]] } });
    tell("part", { id, chunk }, [chunk]);
  }
  tell("part", { id, end: true });
  if (!/^(GET|HEAD|OPTIONS)$/.test(method)) keepSoon();
}

function keepSoon() {
  clearTimeout(snapshotTimer);
  snapshotTimer = setTimeout(keep, SNAPSHOT_DELAY);
}

function keep() {
  try {
    const state = copied(driver.snapshot());
    tell("state", { state }, [state]);
  } catch (error) {
    tell("output", {
      text: `The data could not be kept: ${describe(error).message}`,
      isError: true,
    });
  }
}

async function openSocket({ id, path, query, protocols }) {
  const onEvent = (kind, data, code) => {
    if (kind === "accept") tell("part", { id, head: {} });
    else if (kind === "send") tell("part", { id, chunk: copied(data) });
    else tell("part", { id, end: true, code });
  };
  try {
    const socket = driver.open_socket(path, query, python.toPy(protocols), onEvent);
    sockets.set(id, socket);
    await socket.wait();
  } catch (error) {
    tell("request-failed", { id, ...describe(error) });
    tell("part", { id, end: true, code: 1011, failure: true });
  }
  sockets.delete(id);
  keepSoon();
}

const acts = {
  boot,
  install,
  warm,
  load,
  ping: () => tell("pong"),
  request,
  abort: ({ id }) => {
    driver?.abort(id);
    sockets.get(id)?.close(1001);
  },
  socket: openSocket,
  "socket-data": ({ id, data }) =>
    sockets.get(id)?.send(typeof data === "string" ? data : bytes(data)),
  "socket-close": ({ id, code }) => sockets.get(id)?.close(code ?? 1000),
};
let turn = Promise.resolve();
addEventListener("message", ({ data }) => {
  const act = acts[data.act];
  if (!act) return;
  // Starting and loading go one after the other; requests and sockets at once.
  if (!["boot", "install", "warm", "load"].includes(data.act)) return act(data);
  turn = turn.then(() => act(data)).catch((error) => tell("broken", describe(error)));
});
tell("started");
