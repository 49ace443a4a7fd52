// A sandboxed frame: what runs in it has an origin of its own and no network. It is given one document, or one
// worker, and talks to this page by messages alone.
const SANDBOX = "allow-scripts allow-forms";
const PAGE_FLOOD = { burst: 2000, perSecond: 200 }; // messages at once, and for ever

export class SandboxFrame {
  // `on`: { message(data) } and, if wanted, { ready(), left(), flooded() }
  constructor(container, address, title, on, flood = PAGE_FLOOD) {
    this.on = on;
    this.flood = flood;
    this.loads = 0;
    this.allowance = flood.burst;
    this.countedAt = performance.now();
    this.element = document.createElement("iframe");
    const attributes = { sandbox: SANDBOX, referrerpolicy: "no-referrer", title, src: address };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
    this.listener = (event) => this.receive(event);
    addEventListener("message", this.listener);
    this.element.addEventListener("load", () => this.loaded());
    container.append(this.element);
  }

  // Write this document into it, as soon as its first one is there
  show(html) {
    this.html = html;
    if (this.isReady) this.send({ html });
  }

  send(data, transfer = []) {
    this.element.contentWindow?.postMessage(data, "*", transfer);
  }

  remove() {
    removeEventListener("message", this.listener);
    this.element.remove();
  }

  receive({ source, data }) {
    if (source !== this.element.contentWindow || typeof data?.livewright !== "string") return;
    const now = performance.now();
    const refill = ((now - this.countedAt) / 1000) * this.flood.perSecond;
    this.allowance = Math.min(this.flood.burst, this.allowance + refill) - 1;
    this.countedAt = now;
    if (this.allowance < 0) return this.on.flooded?.();
    if (data.livewright !== "ready") return this.on.message(data);
    if (this.isReady) return this.leave(); // the first document again: the page was loaded anew
    this.isReady = true;
    this.on.ready?.();
    if (this.html !== undefined) this.show(this.html);
  }

  // The frame's document is loaded once and then written once: a third load is the page's own doing, by a link or a
  // reload. Its request has no cookie and is refused or useless, so what is to be shown comes from here.
  loaded() {
    this.loads++;
    if (this.loads > this.expectedLoads) this.leave();
  }

  // Told once: what is shown next has a frame of its own.
  leave() {
    if (!this.hasLeft) this.on.left?.();
    this.hasLeft = true;
  }

  expectedLoads = 2;
}
