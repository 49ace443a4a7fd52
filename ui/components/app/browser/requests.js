// Where a request of the app goes: to one of its own files, or to its back end
import { CookieJar } from "./cookies.js";
import { mimeType } from "./linker/urls.js";

const MAX_WAITING = 200; // requests that have no answer yet
const MAX_REDIRECTS = 10;
const MAX_BODY_SHOWN = 4000; // characters
const LOCAL_HOST =
  /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]|10\.0\.2\.2|backend|api|server)$/;

// Whether an address is one of the app's own
export const isOwnHost = (url) => url.host === location.host || LOCAL_HOST.test(url.hostname);

export class Requests {
  // `session` has the files and the back end; `on`: { request(entry), changed(entry), finding(finding), sandbox(text) }
  constructor(session, on) {
    this.session = session;
    this.on = on;
    this.cookies = new CookieJar();
    this.lastId = 0;
    this.ids = new Map(); // the app's ids → ours, of what has not ended
    this.starting = new Map(); // the app's ids → what waits for the back end to start
    this.waitingCount = 0;
    this.refused = 0; // by the sandbox, which is no error of the app
  }

  // `reply` takes the parts of the answer: { head }, { chunk }, { end } or { failure }
  handle(asked, reply) {
    // Whatever an app asks for in an odd way fails, and leaves nobody waiting.
    return this.route(asked, reply).catch(() => reply({ failure: true }));
  }

  async route(asked, reply) {
    const url = parse(asked.url);
    if (!url) return reply({ failure: true });
    const isOutside = !isOwnHost(url);
    const file = isOutside ? undefined : this.session.staticFile(decodePath(url.pathname));
    if (file !== undefined && /^(GET|HEAD)$/.test(asked.method))
      return this.answerFile(file, url, reply);
    if (!this.session.hasBackEnd) return this.refuse(asked, url, isOutside, reply);
    if (this.waitingCount >= MAX_WAITING) return reply({ failure: true });
    return this.askBackEnd(asked, url, isOutside, reply);
  }

  answerFile(path, url, reply) {
    const chunk = new TextEncoder().encode(this.session.files[path]).buffer;
    reply({ head: { status: 200, headers: [["content-type", mimeType(path)]], url: url.href } });
    reply({ chunk }, [chunk]);
    reply({ end: true });
  }

  refuse(asked, url, isOutside, reply) {
    this.refused++;
    const place = isOutside ? url.href.slice(0, 200) : url.pathname.slice(0, 200);
    this.on.sandbox(
      isOutside
        ? `${place} is not asked: the sandbox has no network.`
        : `${place} is not answered: this project has no back end that can run here yet.`,
    );
    reply({ failure: true });
  }

  async askBackEnd(asked, url, isOutside, reply, redirects = 0) {
    const entry = this.note(asked, url);
    const headers = this.headersFor(asked, url);
    this.waitingCount++;
    if (asked.id) this.starting.set(asked.id, asked);
    try {
      await this.session.backEndReady();
    } catch {
      this.waitingCount--;
      this.finish(entry, 0, "the back end does not run");
      return reply({ failure: true });
    } finally {
      this.starting.delete(asked.id);
    }
    if (asked.isAborted) {
      this.waitingCount--;
      return this.finish(entry, 0, "given up");
    }
    const id = ++this.lastId;
    if (asked.id) this.ids.set(asked.id, id);
    const started = performance.now();
    const { pathname: path, search } = url;
    const context = {
      id,
      entry,
      asked,
      url,
      isOutside,
      reply,
      started,
      redirects,
      isRedirected: false,
    };
    this.session.backEnd.request(
      { id, method: asked.method, path, query: search.slice(1), headers, body: asked.body },
      (part) => this.takePart(part, context),
    );
    return undefined;
  }

  headersFor(asked, url) {
    const headers = (asked.headers ?? []).filter(
      ([name]) => !/^(host|cookie|content-length)$/i.test(name),
    );
    const length = asked.body?.byteLength;
    const own = [
      ["host", url.host === location.host ? "localhost:8000" : url.host],
      ["origin", "http://localhost:5173"],
      ...(this.cookies.header ? [["cookie", this.cookies.header]] : []),
      ...(length ? [["content-length", String(length)]] : []),
    ];
    return [...headers, ...own];
  }

  takePart(part, context) {
    const { entry, asked, url, isOutside, reply, started } = context;
    if (part.finding) {
      entry.error = part.finding.message;
      return this.on.finding({ kind: "error", ...part.finding });
    }
    if (part.head) {
      this.takeHead(part.head, context);
      if (context.isRedirected) return undefined;
      entry.milliseconds = Math.round(performance.now() - started);
      this.finish(entry, part.head.status, "");
      if (isOutside && part.head.status === 404)
        this.on.sandbox(`${url.href.slice(0, 200)} is not asked: the sandbox has no network.`);
      reply({ head: { ...part.head, url: url.href, redirected: context.redirects > 0 } });
      return undefined;
    }
    if (part.end || part.failure) {
      this.waitingCount--;
      if (this.ids.get(asked.id) === context.id) this.ids.delete(asked.id);
    }
    if (context.isRedirected) return undefined;
    if (part.chunk) {
      if (entry.body.length < MAX_BODY_SHOWN && entry.isText)
        entry.body += new TextDecoder().decode(part.chunk.slice(0, MAX_BODY_SHOWN));
      return reply({ chunk: part.chunk }, [part.chunk]);
    }
    if (part.failure && !entry.status)
      this.finish(entry, 0, part.isAborted ? "given up" : "no answer");
    if (part.end) this.judge(entry, asked);
    this.on.changed(entry);
    return reply(part);
  }

  takeHead(head, context) {
    for (const [name, value] of head.headers)
      if (name.toLowerCase() === "set-cookie") this.cookies.set(value);
    context.entry.isText = /json|text|xml|javascript/.test(header(head, "content-type") ?? "");
    const target = header(head, "location");
    const isRedirect =
      target && head.status >= 300 && head.status < 400 && context.asked.redirect !== "manual";
    if (!isRedirect || context.redirects >= MAX_REDIRECTS) return undefined;
    context.isRedirected = true;
    this.finish(context.entry, head.status, "");
    if (context.asked.redirect === "error" || !URL.canParse(target, context.url))
      return context.reply({ failure: true });
    const url = new URL(target, context.url);
    if (!isOwnHost(url) && !context.isOutside)
      return this.refuse(context.asked, url, true, context.reply);
    const keepsMethod = head.status === 307 || head.status === 308;
    const asked = keepsMethod ? context.asked : { ...context.asked, method: "GET", body: null };
    return this.askBackEnd(asked, url, context.isOutside, context.reply, context.redirects + 1);
  }

  // What an answer says of the app
  judge(entry, asked) {
    if (entry.status < 500 && !(entry.status === 404 && !asked.isProbe)) return;
    if (entry.error) return; // its exception has been told
    const sentence = `${entry.method} ${entry.path} was answered ${entry.status}${entry.body ? `: ${entry.body.slice(0, 160)}` : ""}`;
    this.on.finding({ kind: "request", message: sentence, path: null, line: null });
  }

  note({ method, isProbe }, url) {
    const path = (isOwnHost(url) ? "" : url.host) + url.pathname + url.search;
    const entry = {
      method: method.slice(0, 20),
      path: path.slice(0, 300),
      status: 0,
      note: "",
      milliseconds: null,
      body: "",
      error: "",
      time: new Date().toTimeString().slice(0, 8),
    };
    if (!isProbe) this.on.request(entry);
    return entry;
  }

  finish(entry, status, note) {
    Object.assign(entry, { status, note });
    this.on.changed(entry);
  }

  // The page no longer wants an answer, which may have no end by itself
  abort(id) {
    if (this.starting.has(id)) this.starting.get(id).isAborted = true;
    const own = this.ids.get(id);
    if (own !== undefined) this.session.backEnd?.abort(own);
    this.ids.delete(id);
  }

  // The page has gone, and with it all that it waited for
  leave() {
    for (const id of [...this.ids.keys(), ...this.starting.keys()]) this.abort(id);
  }

  openSocket(asked, reply) {
    const url = parse(asked.url);
    if (!url || !this.session.hasBackEnd) return reply({ failure: true });
    const id = ++this.lastId;
    this.ids.set(asked.id, id);
    const entry = this.note({ method: "WS" }, url);
    const { pathname: path, search } = url;
    const on = (part) => {
      if (part.head) this.finish(entry, 101, "");
      if (part.finding) return this.on.finding({ kind: "error", ...part.finding });
      if (part.end && !entry.status) this.finish(entry, 403, "refused");
      if (part.end || part.failure) this.ids.delete(asked.id);
      return reply(part);
    };
    this.session.backEndReady().then(
      () =>
        // Unless the page has gone meanwhile
        this.ids.get(asked.id) === id &&
        this.session.backEnd.socket(
          {
            id,
            path,
            query: search.slice(1),
            headers: this.headersFor({}, url),
            protocols: asked.protocols ?? [],
          },
          on,
        ),
      () => reply({ failure: true }),
    );
    return undefined;
  }

  socketMessage(kind, { id, data, code }) {
    this.session.backEnd?.tell({ act: kind, id: this.ids.get(id), data, code });
  }
}

const header = (head, wanted) => head.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

// A path as it stands if it is wrongly encoded
export function decodePath(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function parse(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
