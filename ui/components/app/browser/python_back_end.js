// A Python back end: Pyodide, whose files this page fetches and posts, with the packages that the app imports
import { WorkerBackEnd } from "./worker_back_end.js";

const PYODIDE_FILES = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"];

export class PythonBackEnd extends WorkerBackEnd {
  constructor(options) {
    super(options);
    this.installed = new Set();
    this.installing = Promise.resolve();
  }

  // Start Python, with the packages of a stack, before there is any code to run
  async warm(bundles) {
    if (!this.booting) this.on.phase("Python is being started");
    await this.ready();
    await this.install(bundles);
  }

  async startWorker() {
    const { runtime, frame } = this;
    const [source, lock, ...buffers] = await Promise.all([
      fetch(`${this.scripts}inside/python_worker.js`).then((answer) => answer.text()),
      runtime.get("pyodide/pyodide-lock.json").then((answer) => answer.text()),
      ...PYODIDE_FILES.map((name) => runtime.buffer(`pyodide/${name}`)),
    ]);
    const files = Object.fromEntries(PYODIDE_FILES.map((name, index) => [name, buffers[index]]));
    if (frame !== this.frame) return; // it was ended meanwhile, and another one has a worker of its own
    frame.send({ worker: `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}` });
    this.bootMessage = [{ act: "boot", files, lock }, buffers];
  }

  // One after the other: whoever waits for a package must not go ahead of it.
  install(names) {
    // Also after one that failed: it is tried again.
    this.installing = this.installing.catch(() => {}).then(() => this.installMissing(names));
    return this.installing;
  }

  async installMissing(names) {
    const { manifest } = this.runtime;
    const fresh = names.filter((name) => !this.installed.has(name));
    const isFirst = !this.installed.size;
    const product = isFirst ? await (await fetch(`${this.scripts}python.json`)).json() : {};
    const bundles = await Promise.all(
      fresh.map((name) => this.runtime.buffer(manifest.python[name].path)),
    );
    for (const name of [...fresh, "product"]) this.installed.add(name);
    if (fresh.length || isFirst) this.tell({ act: "install", bundles, product }, bundles);
  }

  async load(files) {
    this.isLoaded = false;
    await this.warm(this.runtime.bundlesFor(files));
    this.on.phase("The back end is being started");
    return this.start({ files });
  }

  stop() {
    super.stop();
    this.installed.clear();
    this.installing = Promise.resolve();
  }
}
