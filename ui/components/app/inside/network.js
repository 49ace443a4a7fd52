// Requests: the sandbox has no network, so they go to the page around, which hands them to the app's own back end
const waiting = new Map(); // id → what to do with each part of the answer
let lastId = 0;

addEventListener("message", ({ source, data }) => {
  if (source !== parent || typeof data !== "object") return;
  if (typeof data.cookies === "string") cookieText = data.cookies;
  if (data.back) history.back();
  waiting.get(data.id)?.(data);
});
// `on` is called with { head } once, then { chunk } for each piece, then { end } or { failure }
const ask = (kind, detail, on, transfer = []) => {
  const id = ++lastId;
  waiting.set(id, (part) => {
    if (part.end || part.failure) waiting.delete(id);
    on(part);
  });
  send(kind, { id, ...detail }, transfer);
  return id;
};

const nativeFetch = window.fetch.bind(window);
const NO_BODY = new Set([101, 204, 205, 304]);
window.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (/^(data|blob):/.test(request.url)) return nativeFetch(request);
  const body = /^(GET|HEAD)$/.test(request.method) ? null : await request.arrayBuffer();
  const { signal } = request;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    let controller;
    const giveUp = () => {
      if (waiting.delete(id)) send("abort", { id });
    };
    const stream = new ReadableStream({
      start: (created) => (controller = created),
      cancel: giveUp,
    });
    const fail = (error) => {
      reject(error);
      try {
        controller.error(error);
      } catch {}
    };
    const id = ask(
      "request",
      {
        method: request.method,
        url: request.url,
        headers: [...request.headers],
        body,
        redirect: request.redirect,
      },
      (part) => {
        if (part.head)
          resolve(responseOf(part.head, NO_BODY.has(part.head.status) ? null : stream));
        else if (part.chunk) controller.enqueue(new Uint8Array(part.chunk));
        else if (part.end) closeQuietly(controller);
        else if (part.failure) fail(new TypeError("Failed to fetch"));
      },
      body ? [body] : [],
    );
    signal?.addEventListener("abort", () => {
      giveUp();
      fail(signal.reason);
    });
  });
};
const closeQuietly = (controller) => {
  try {
    controller.close();
  } catch {}
};
const responseOf = ({ status, headers, url, redirected }, body) => {
  const response = new Response(body, { status: status < 200 ? 200 : status, headers });
  replace(response, "url", { value: url });
  replace(response, "redirected", { value: Boolean(redirected) });
  return response;
};
navigator.sendBeacon = (url, data = null) => {
  fetch(url, { method: "POST", body: data }).catch(() => {});
  return true;
};

// As the platform does: the target is known to a handler, and its errors are the app's.
const fire = (target, event) => {
  const handler = target[`on${event.type}`];
  if (handler) target.addEventListener(event.type, handler, { once: true });
  target.dispatchEvent(event);
};

window.XMLHttpRequest = class XMLHttpRequest extends EventTarget {
  static UNSENT = 0;
  static OPENED = 1;
  static HEADERS_RECEIVED = 2;
  static LOADING = 3;
  static DONE = 4;
  UNSENT = 0;
  OPENED = 1;
  HEADERS_RECEIVED = 2;
  LOADING = 3;
  DONE = 4;
  readyState = 0;
  status = 0;
  statusText = "";
  response = "";
  responseText = "";
  responseType = "";
  responseURL = "";
  timeout = 0;
  withCredentials = false;
  upload = new EventTarget();
  open(method, url, isAsync = true) {
    if (!isAsync)
      throw new DOMException("The sandbox has no synchronous requests.", "InvalidAccessError");
    this.asked = {
      method: method.toUpperCase(),
      url: new URL(url, document.baseURI).href,
      headers: new Headers(),
    };
    this.become(1);
  }
  setRequestHeader(name, value) {
    this.asked.headers.append(name, value);
  }
  overrideMimeType() {}
  getResponseHeader(name) {
    return this.headers?.get(name) ?? null;
  }
  getAllResponseHeaders() {
    return [...(this.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  }
  abort() {
    this.aborter?.abort();
  }
  async send(body = null) {
    const { method, url, headers } = this.asked;
    this.aborter = new AbortController();
    const timer = this.timeout && setTimeout(() => this.aborter.abort("timeout"), this.timeout);
    this.fire("loadstart");
    try {
      const isBare = /^(GET|HEAD)$/.test(method);
      const answer = await fetch(url, {
        method,
        headers,
        body: isBare ? null : body,
        signal: this.aborter.signal,
      });
      this.headers = answer.headers;
      this.status = answer.status;
      this.responseURL = answer.url;
      this.become(2);
      await this.take(answer);
      this.become(4);
      this.fire("load");
    } catch {
      const { aborted, reason } = this.aborter.signal;
      this.become(4);
      this.fire(aborted ? (reason === "timeout" ? "timeout" : "abort") : "error");
    }
    clearTimeout(timer);
    this.fire("loadend");
  }
  async take(answer) {
    if (this.responseType === "arraybuffer") this.response = await answer.arrayBuffer();
    else if (this.responseType === "blob") this.response = await answer.blob();
    else {
      this.responseText = await answer.text();
      this.response =
        this.responseType === "json" ? parseJson(this.responseText) : this.responseText;
    }
  }
  become(state) {
    this.readyState = state;
    this.fire("readystatechange");
  }
  fire(type) {
    fire(this, new ProgressEvent(type));
  }
};
const parseJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

window.EventSource = class EventSource extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;
  CONNECTING = 0;
  OPEN = 1;
  CLOSED = 2;
  readyState = 0;
  constructor(url) {
    super();
    this.url = new URL(url, document.baseURI).href;
    this.run();
  }
  close() {
    this.readyState = 2;
    this.aborter?.abort();
  }
  async run() {
    for (let pause = 1000; this.readyState < 2; await new Promise((go) => setTimeout(go, pause))) {
      this.aborter = new AbortController();
      try {
        const answer = await fetch(this.url, {
          headers: { accept: "text/event-stream" },
          signal: this.aborter.signal,
        });
        if (!answer.ok) return this.fail(2);
        this.readyState = 1;
        this.emit(new Event("open"));
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = "";
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          const blocks = (text + part.value.replaceAll("\r\n", "\n")).split("\n\n");
          text = blocks.pop();
          for (const block of blocks) this.take(block);
        }
        this.fail(0);
      } catch {
        this.aborter.abort();
        if (this.readyState < 2) this.fail(0);
      }
    }
  }
  take(block) {
    const fields = block.split("\n").map((line) => /^([^:]*):? ?(.*)$/.exec(line));
    const of = (name) => fields.filter((field) => field[1] === name).map((field) => field[2]);
    if (of("data").length)
      this.emit(
        new MessageEvent(of("event")[0] || "message", {
          data: of("data").join("\n"),
          lastEventId: of("id")[0] ?? "",
        }),
      );
  }
  fail(state) {
    this.readyState = state;
    this.emit(new Event("error"));
  }
  emit(event) {
    fire(this, event);
  }
};

window.WebSocket = class WebSocket extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  CONNECTING = 0;
  OPEN = 1;
  CLOSING = 2;
  CLOSED = 3;
  readyState = 0;
  binaryType = "blob";
  bufferedAmount = 0;
  protocol = "";
  extensions = "";
  constructor(url, protocols = []) {
    super();
    this.url = new URL(url, document.baseURI.replace(/^http/, "ws")).href.replace(/^http/, "ws");
    this.id = ask("socket", { url: this.url, protocols: [protocols].flat() }, (part) =>
      this.take(part),
    );
  }
  take(part) {
    if (part.head) {
      this.readyState = 1;
      this.emit(new Event("open"));
    } else if (part.chunk !== undefined) {
      const data =
        typeof part.chunk === "string" || this.binaryType === "arraybuffer"
          ? part.chunk
          : new Blob([part.chunk]);
      this.emit(new MessageEvent("message", { data }));
    } else {
      this.readyState = 3;
      if (part.failure) this.emit(new Event("error"));
      const code = part.code ?? 1006;
      this.emit(
        new CloseEvent("close", { code, reason: part.reason ?? "", wasClean: !part.failure }),
      );
    }
  }
  send(data) {
    if (this.readyState !== 1)
      throw new DOMException("The socket is not open.", "InvalidStateError");
    send("socket-data", { id: this.id, data });
  }
  close(code = 1000, reason = "") {
    if (this.readyState > 1) return;
    this.readyState = 2;
    send("socket-close", { id: this.id, code, reason });
  }
  emit(event) {
    fire(this, event);
  }
};
