// One app at work: its page in a sandboxed frame, its back end in another, and what they say to each other
import { findStartPage, isPage, staticFiles } from "./linker/files.js";
import { linkFiles } from "./link_client.js";
import { buildPage, readEnvironment } from "./page.js";
import { NodeBackEnd } from "./node_back_end.js";
import { PythonBackEnd } from "./python_back_end.js";
import { Requests } from "./requests.js";
import { Runtime } from "./runtime.js";
import { SandboxFrame } from "./sandbox.js";
import { API_PAGE, serverPage } from "./server_page.js";
import { StoredData } from "./stored.js";

const SHIM_PARTS = [
  ...["console", "storage", "network", "database_keys", "database_stores", "database"],
  ...["downloads", "navigation", "assets", "picture"],
];
const MAX_OWN_LOADS = 5; // in OWN_LOADS_PERIOD; a page that loads itself more often is stopped
const MAX_NAVIGATIONS = 20; // in the same time: more than a person presses links
const OWN_LOADS_PERIOD = 10_000; // ms
const MAX_PICTURE_LENGTH = 80_000; // characters of its URL
const MAX_OFFERED_BYTES = 50_000_000; // of a file that the page would save
const MAX_HISTORY = 200; // addresses to go back to
const API_PATH = /^\/(?:api|docs|redoc|openapi\.json)(?:\/|$)/; // which no router in a page has
const NETWORK_ERROR = /Failed to fetch|Network ?Error/i;
const FLOOD_SENTENCE = "This page sent messages without end, so it was stopped.";
const LOOP_SENTENCE = "This page loads itself again and again, so it was stopped.";

export class AppSession {
  // `ui`: what is shown of it: { phase, line, request, changed, finding, address, stopped, cleared, offered, … }
  constructor({ container, base, scripts, ui }) {
    Object.assign(this, { container, base, scripts, ui });
    this.address = `${base}/app-frame`;
    this.runtime = new Runtime("");
    this.files = {};
    this.stored = new StoredData();
    this.requests = new Requests(this, {
      request: (entry) => ui.request(entry),
      changed: (entry) => ui.changed(entry),
      finding: (finding) => this.found(finding),
      sandbox: (text) => ui.line({ kind: "sandbox", text }),
    });
    this.ownLoads = [];
    this.history = [];
    this.shimTexts = this.loadShim();
    this.shimTexts.catch(() => {}); // tried again when it is needed
  }

  async useRuntime(address) {
    if (address !== this.runtime.base) this.runtime = await new Runtime(address).open();
  }

  get hasBackEnd() {
    return Boolean(this.backEndLoad);
  }

  async backEndReady() {
    await this.backEndLoad;
  }

  staticFile(path) {
    const found = this.statics?.[path];
    return found !== undefined && Object.hasOwn(this.files, found) ? found : undefined;
  }

  // Start Python with a framework, before there is any code for it
  warm(module) {
    if (this.warmed === module) return;
    this.warmed = module;
    this.useLanguage("python");
    const files = { "warm.py": `import ${module}` };
    const python = this.worker();
    python
      .warm(this.runtime.bundlesFor(files))
      .then(() => python.tell({ act: "warm", module }))
      .catch(() => (this.warmed = "")); // tried again with the app
  }

  // What the app has stored, as a zip
  get data() {
    return this.backEnd?.state ?? new ArrayBuffer(0);
  }

  // The page goes, the back end stays
  hide() {
    this.requests.leave();
    this.frame?.remove();
    this.frame = null;
  }

  // The page goes, also one that is still being put together
  leave() {
    this.turn = (this.turn ?? 0) + 1;
    this.nextFrame?.remove();
    this.nextFrame = null;
    this.hide();
  }

  // Run these versions; `front` and `back`: { id, files, framework } or null. A page that shows them already stays as
  // it is, with what was typed into it.
  run({ front, back }) {
    if (this.isShown(front, back)) {
      this.frontId = front.id;
      this.isLive = Boolean(front.isLive);
      this.markLive();
      return;
    }
    const isNewBack = back && back.id !== this.backId;
    this.ui.cleared(!back || isNewBack);
    if (!back) this.stopBackEnd();
    if (isNewBack) this.startBackEnd(back);
    this.files = front?.files ?? {};
    this.framework = front?.framework || null;
    this.isLive = Boolean(front?.isLive);
    this.page = findStartPage(this.files);
    this.statics = staticFiles(this.files, this.page);
    // The page of its API, which the back end before had, and another one may not have
    const isApiPage = isNewBack && !front && this.path?.split(/[?#]/, 1)[0] === API_PAGE;
    this.path = front?.id === this.frontId && !isApiPage ? this.path : "/";
    this.frontId = front?.id;
    this.open(this.path ?? "/"); // not awaited: it may wait for Python, and another version must not
  }

  isShown(front, back) {
    return (
      Boolean(this.frame && front) &&
      runOf(front.id) === runOf(this.frontId ?? "") &&
      (back?.id ?? null) === (this.backId ?? null) &&
      JSON.stringify(front.files) === JSON.stringify(this.shownFiles)
    );
  }

  // A back end of another language begins without the data of the one before
  useLanguage(language) {
    if (language === this.language) return;
    this.backEnd?.stop();
    this.backEnd = null;
    this.language = language;
  }

  worker() {
    const BackEnd = this.language === "node" ? NodeBackEnd : PythonBackEnd;
    this.backEnd ??= new BackEnd({
      container: this.container,
      address: this.address,
      scripts: this.scripts,
      runtime: this.runtime,
      on: {
        phase: (sentence) => this.ui.phase(sentence),
        stored: () => this.ui.stored(),
        output: (text, isError) => this.ui.line({ kind: isError ? "stderr" : "stdout", text }),
        crashed: (sentence) => {
          this.backId = null;
          this.found({ kind: "error", message: sentence, path: null, line: null, isBackEnd: true });
        },
      },
    });
    return this.backEnd;
  }

  startBackEnd(back) {
    this.backId = back.id;
    this.lastBack = back;
    this.useLanguage(back.language);
    const load = (this.backEndLoad = this.worker().load(back.files));
    load.then(
      () => load === this.backEndLoad && this.ui.phase(""),
      (error) => {
        if (load !== this.backEndLoad) return; // another version has taken its place
        this.ui.phase("");
        if (!error.isKnown)
          this.found({ ...error, message: error.message, kind: "start", isBackEnd: true });
      },
    );
  }

  stopBackEnd() {
    this.backId = this.backEndLoad = null;
  }

  // Show the page at this address of the app; `asked` is a form's or a link's request
  async open(path, asked = { method: "GET" }) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    // It loads while the page is put together; not beside another page, which may hang: they would share a process.
    if (!this.frame) this.nextFrame ??= this.createFrame();
    try {
      const page = await this.pageAt(path, asked);
      if (turn !== this.turn || !page) return;
      if (this.isLive && page.problems.length)
        return this.ui.phase("The app appears as its files come");
      if (this.isLive) this.ui.phase("");
      for (const problem of page.problems) this.found({ ...problem, isLinking: true });
      for (const text of page.adjusted) this.ui.line({ kind: "adjusted", text });
      this.maps = page.maps;
      this.show(page.html, page.path ?? path);
    } catch (error) {
      if (turn === this.turn)
        this.found({
          kind: "start",
          message: String(error.message ?? error),
          path: null,
          line: null,
        });
    }
  }

  async pageAt(path, asked) {
    const [bare] = path.split(/[?#]/, 1);
    const file = this.staticFile(bare) ?? this.staticFile(`${bare.replace(/\/$/, "")}/index.html`);
    const page =
      file && isPage(file)
        ? file
        : asked.method === "GET" && this.hasFrontEnd && !this.isServerPath(bare, asked)
          ? this.page
          : null;
    if (page !== null) return this.frontPage(page, path);
    return serverPage(this, path, asked);
  }

  get hasFrontEnd() {
    return Boolean(this.page || this.framework);
  }

  // A page app knows only its own pages; a router in the page answers any address
  isServerPath(path, { isBackEnd = false } = {}) {
    if (!this.hasBackEnd) return false;
    return isBackEnd || (path !== "/" && (!this.framework || API_PATH.test(path)));
  }

  async frontPage(page, path) {
    return this.build({ files: this.files, page, framework: this.framework, path });
  }

  async build({ files, page, framework, path }) {
    const environment = readEnvironment(files);
    const { base, manifest } = this.runtime;
    return buildPage({
      files,
      page,
      framework,
      runtime: this.runtime,
      shim: await this.shim(path, environment),
      link: (wanted, names) => linkFiles({ files, names, runtime: { base, manifest }, wanted }),
    });
  }

  // What runs in the page before its own scripts
  async shim(path, environment) {
    const texts = await (this.shimTexts ??= this.loadShim());
    const config = {
      path,
      storage: this.stored.areas,
      cookies: this.requests.cookies.visible,
      environment,
    };
    return `((config) => {\n${texts.join("\n")}\n})(${JSON.stringify(config)});`;
  }

  async loadShim() {
    try {
      return await Promise.all(
        SHIM_PARTS.map(async (name) => (await fetch(`${this.scripts}inside/${name}.js`)).text()),
      );
    } catch (error) {
      this.shimTexts = null;
      throw error;
    }
  }

  createFrame() {
    const frame = new SandboxFrame(this.container, this.address, "The running app", {
      message: (data) => this.receive(data),
      left: () => this.ownLoad(),
      flooded: () => this.stop(FLOOD_SENTENCE),
    });
    frame.element.hidden = true;
    return frame;
  }

  show(html, path) {
    this.hide();
    this.path = path;
    this.shownFiles = this.files;
    this.ui.address(path);
    this.ui.stopped("");
    this.frame = this.nextFrame ?? this.createFrame();
    this.nextFrame = null;
    this.frame.element.hidden = false;
    this.frame.element.dataset.testid = "app";
    this.frame.show(html);
    this.markLive();
  }

  // Whether more files come, for which it will be loaded anew
  markLive() {
    this.frame.element.toggleAttribute("data-live", this.isLive);
  }

  ownLoad() {
    if (!this.isLooping(MAX_OWN_LOADS)) this.open(this.path);
  }

  // Whether the page was loaded more often than `limit` in OWN_LOADS_PERIOD; then it is stopped.
  isLooping(limit) {
    const now = performance.now();
    this.ownLoads = [...this.ownLoads.filter((time) => now - time < OWN_LOADS_PERIOD), now];
    if (this.ownLoads.length <= limit) return false;
    this.stop(LOOP_SENTENCE);
    return true;
  }

  stop(sentence) {
    this.leave();
    this.ui.stopped(sentence);
  }

  receive(data) {
    const { frame } = this; // the next one counts its requests anew
    const reply = (part, transfer = []) => {
      if (frame !== this.frame) return;
      const cookies = part.head ? { cookies: this.requests.cookies.visible } : {};
      frame?.send({ ...cookies, ...part, id: data.id }, transfer);
    };
    switch (data.livewright) {
      case "request":
        return this.requests.handle({ ...data, method: String(data.method) }, reply);
      case "abort":
        return this.requests.abort(data.id);
      case "socket":
        return this.requests.openSocket(data, reply);
      case "socket-data":
      case "socket-close":
        return this.requests.socketMessage(data.livewright, data);
      case "databases":
        return reply({ databases: this.stored.databases, end: true });
      case "databases-changed":
        return this.stored.keepDatabases(data.databases);
      case "storage":
        return this.stored.keepArea(data);
      case "cookie":
        return this.requests.cookies.set(data.text, true);
      case "address":
        return this.moved(String(data.text), data.isNew);
      case "navigate":
        return this.navigate(data);
      case "blank":
        return this.found({
          kind: "blank",
          message: "The page shows nothing.",
          path: null,
          line: null,
        });
      case "file":
        return this.offerFile(data);
      case "picture":
        return this.keepPicture(data.url);
      case "left-out":
        return this.ui.leftOut(Number(data.count) || 1);
      default:
        return this.console(data);
    }
  }

  // Ask the page for a picture of itself; one comes for each time that it is asked
  takePicture() {
    this.wantsPicture = true;
    this.frame?.send({ picture: true });
  }

  keepPicture(url) {
    const isPicture = typeof url === "string" && url.startsWith("data:image/jpeg;base64,");
    if (this.wantsPicture && isPicture && url.length <= MAX_PICTURE_LENGTH) this.ui.picture(url);
    this.wantsPicture = false;
  }

  offerFile({ name, bytes }) {
    if (!(bytes instanceof ArrayBuffer) || bytes.byteLength > MAX_OFFERED_BYTES) return;
    // No path, and nothing that hides the name's end
    const safe = String(name)
      .slice(-300)
      .toWellFormed()
      .replace(/[\p{C}\\/:*?"<>|]/gu, "_")
      .slice(-100);
    this.ui.offered({ name: safe.replace(/^\.+/, "") || "file", bytes });
  }

  moved(text, isNew) {
    if (isNew) this.remember(this.path);
    this.path = text.startsWith("/") ? text.slice(0, 2000) : "/";
    this.ui.address(this.path);
  }

  navigate({ url, hash, isBackEnd, method = "GET", headers = [], body = null }) {
    if (typeof url !== "string" || !url.startsWith("/")) return undefined;
    if (this.isLooping(MAX_NAVIGATIONS)) return undefined;
    const path = url.slice(0, 2000) + (typeof hash === "string" ? hash.slice(0, 200) : "");
    if (this.history.at(-1) !== this.path) this.remember(this.path);
    return this.open(path, {
      method: String(method),
      headers,
      body,
      isBackEnd: isBackEnd === true,
    });
  }

  remember(path) {
    this.history.push(path);
    if (this.history.length > MAX_HISTORY) this.history.shift();
  }

  back() {
    const path = this.history.pop();
    if (path !== undefined) this.open(path);
  }

  console(data) {
    const { livewright: kind, text, path, line } = data;
    if (typeof text !== "string") return;
    const entry = { text: text.slice(0, 500).toWellFormed(), ...this.place(path, line) };
    if (kind === "uncaught" && this.requests.refused && NETWORK_ERROR.test(text))
      this.ui.line({ kind: "sandbox", ...entry });
    else if (kind === "uncaught")
      this.found({ kind: "error", message: entry.text, path: entry.path, line: entry.line });
    else if (
      ["debug", "log", "info", "warn", "error", "alert", "confirm", "prompt", "sandbox"].includes(
        kind,
      )
    )
      this.ui.line({ kind, ...entry });
  }

  // A place in the source; compiled components know theirs by a map
  place(path, line) {
    if (typeof path !== "string" || !path) return { path: null, line: null };
    const bare = path.slice(0, 200).replace(/^(app:)?\//, "");
    const map = this.maps?.[bare];
    return { path: bare, line: map ? map[line - 1] || null : Number(line) || null };
  }

  found(finding) {
    this.ui.finding({
      kind: finding.kind,
      message: String(finding.message).slice(0, 500).toWellFormed(),
      path: finding.path ?? null,
      line: Number(finding.line) || null,
      trace: String(finding.trace ?? "")
        .slice(0, 4000)
        .toWellFormed(),
      isBackEnd: Boolean(finding.isBackEnd),
    });
  }

  reload() {
    this.ownLoads = [];
    if (!this.backId && this.lastBack && this.backEndLoad) {
      this.ui.cleared(true);
      this.startBackEnd(this.lastBack);
    }
    return this.open(this.path ?? "/");
  }

  async reset() {
    this.stored.clear();
    this.requests.cookies.cookies.clear();
    this.requests.leave();
    this.backEnd?.reset();
    this.backId = null; // it is started anew
    this.path = "/";
    await this.reload();
  }

  close() {
    this.leave();
    this.backEnd?.stop();
  }
}

// The id of a front end says how many of its files had come as well
const runOf = (id) => id.split("?", 1)[0];
