// Boots Python and keeps one app running in it: for the worker in the viewer's browser and for the server's sandbox alike.
// Neither fetches anything itself: `readFile` gives the bytes of a file of the runtime.

const DRIVER_FOLDER = "/driver/app_driver";
const IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm;

// Sets that are wanted by something else than their own names: a stand-in for a package, or a part of Starlette.
const OTHER_SIGNS = {
  auth: /\bbcrypt\b/,
  http: /\b(?:fastapi|starlette)\.testclient\b/,
  jinja: /\bJinja2Templates\b/,
};

export class PythonApp {
  // `loadPyodide` is that of pyodide.mjs; `python` the part of the manifest; `driver` the files of the driver by path.
  static async boot({
    loadPyodide,
    indexURL,
    readFile,
    python,
    driver,
    onLog = () => {},
    options = {},
  }) {
    const py = await loadPyodide({
      indexURL,
      stdout: onLog,
      stderr: onLog,
      env: { HOME: "/home/pyodide" },
      ...options,
    });
    for (const [path, text] of Object.entries(driver))
      writeFile(py, `${DRIVER_FOLDER}/${path}`, text);
    py.runPython("import sys; sys.path.append('/driver')");
    return new PythonApp(py, readFile, python);
  }

  constructor(py, readFile, python) {
    this.py = py;
    this.readFile = readFile;
    this.python = python;
    this.loaded = new Set();
    this.host = null;
  }

  // Unpacks sets of packages with those that they require, and imports modules so that they are there when an app comes.
  async load(setNames, moduleNames = []) {
    for (const name of withRequired(setNames, this.python)) {
      if (this.loaded.has(name)) continue;
      const bytes = await this.readFile(this.python[name].path);
      this.py.unpackArchive(bytes, "zip", { extractDir: this.sitePackages() });
      this.loaded.add(name);
    }
    this.py.runPython("import importlib; importlib.invalidate_caches()");
    for (const name of moduleNames) this.py.pyimport(name);
  }

  // Starts an app in place of the one before; what that wrote into files stays. Gives null, or why it does not start:
  // {message, path, line, traceback, missing_module}.
  async start(files) {
    await this.load(setsFor(files, this.python));
    this.host ??= this.py.pyimport("app_driver.host").Host();
    const error = await this.host.start(this.py.toPy(files));
    return toJs(error?.to_dict?.());
  }

  // Asks the app. `onStart(status, headers)` is called once, `onBody(Uint8Array)` for each part; resolves at the end with
  // null, or with what the app raised.
  async request({ method, path, query = "", headers = [], body }, onStart, onBody) {
    const { Request } = this.py.pyimport("app_driver.messages");
    const request = Request(method, path, query, this.py.toPy(headers), toBytes(this.py, body));
    const error = await this.host.request(
      request,
      (status, list) => onStart(status, toJs(list)),
      (chunk) => onBody(new Uint8Array(toJs(chunk))),
    );
    return toJs(error?.to_dict?.());
  }

  // Opens a WebSocket to the app. `onEvent` gets {type: "websocket.accept"|"websocket.send"|"websocket.close", …}; gives
  // an object with send(text or bytes) and close(code).
  openSocket({ path, query = "", protocols = [] }, onEvent) {
    const socket = this.host.open_socket(path, query, this.py.toPy(protocols), (event) =>
      onEvent(toJs(event)),
    );
    return {
      send: (data) => socket.send(typeof data === "string" ? data : toBytes(this.py, data)),
      close: (code = 1000) => socket.close(code),
    };
  }

  // The files that the app wrote, by path.
  data() {
    return toJs(this.host.data());
  }

  clearData() {
    this.host.clear_data();
  }

  // Puts files of an earlier session back, by path, before the app is started.
  restoreData(files) {
    for (const [path, bytes] of Object.entries(files)) writeFile(this.py, `/app/${path}`, bytes);
  }

  sitePackages() {
    this.folder ??= this.py.runPython("import sysconfig; sysconfig.get_path('purelib')");
    return this.folder;
  }
}

// The sets whose packages an app's files import.
export function setsFor(files, python) {
  const provided = new Map();
  for (const [set, { provides }] of Object.entries(python))
    for (const name of provides) provided.set(name, set);
  const sets = new Set();
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith(".py") || typeof text !== "string") continue;
    for (const name of importedModules(text)) if (provided.has(name)) sets.add(provided.get(name));
    for (const [set, sign] of Object.entries(OTHER_SIGNS)) if (sign.test(text)) sets.add(set);
  }
  return [...sets];
}

function importedModules(text) {
  const names = [];
  for (const [, from, list] of text.matchAll(IMPORT)) {
    for (const name of (from ?? list).split(",")) names.push(name.trim().split(/[.\s]/)[0]);
  }
  return names;
}

function withRequired(names, python) {
  const all = new Set();
  const add = (name) => {
    if (all.has(name) || !python[name]) return;
    for (const required of python[name].requires) add(required);
    all.add(name);
  };
  names.forEach(add);
  return [...all];
}

function writeFile(py, path, content) {
  py.FS.mkdirTree(path.replace(/\/[^/]*$/, ""));
  py.FS.writeFile(path, content);
}

function toBytes(py, body) {
  return py.toPy(body ?? new Uint8Array()).tobytes();
}

// A copy of a Python value, whose own memory is given back.
function toJs(value) {
  if (value === undefined || value === null || typeof value !== "object" || !value.toJs)
    return value ?? null;
  const copy = value.toJs({ dict_converter: Object.fromEntries });
  value.destroy();
  return copy;
}
