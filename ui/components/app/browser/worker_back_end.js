// A back end in a worker of a hidden sandboxed frame. It stays from version to version: only the app is imported anew,
// and what it stored is kept here, in case the worker has to be ended.
import { SandboxFrame } from "./sandbox.js";

const MAX_STATE_BYTES = 64_000_000;
const MAX_SILENCE = 25_000; // ms: a back end that says nothing for so long, not even to a question, is ended

export class WorkerBackEnd {
  // `on`: { phase(sentence), output(text, isError), failed(finding), crashed() }
  constructor({ container, address, scripts, runtime, on }) {
    Object.assign(this, { container, address, scripts, runtime, on });
    this.waiting = new Map();
    this.state = null;
    this.isLoaded = false;
  }

  boot() {
    return new Promise((resolve, reject) => {
      this.booted = resolve;
      this.failed = reject;
      this.frame = new SandboxFrame(
        this.container,
        `${this.address}/worker`,
        "Back end of the app",
        {
          ready: () => this.startWorker().catch(reject),
          message: (data) => this.receive(data),
          flooded: () => this.crash("The back end sent messages without end, so it was stopped."),
        },
      );
      this.frame.element.hidden = true;
    });
  }

  // Import this version of the app; resolves to what it is, rejects with a finding
  async start(message) {
    this.loading?.reject({ message: "Another version was started.", isKnown: true });
    const result = new Promise((resolve, reject) => (this.loading = { resolve, reject }));
    this.tell({ act: "load", state: this.state, ...message });
    const app = await result;
    this.isLoaded = true;
    return app;
  }

  request(asked, on) {
    this.waiting.set(asked.id, on);
    this.frame.send({ act: "request", ...asked });
    this.watch();
  }

  socket(asked, on) {
    this.waiting.set(asked.id, on);
    this.frame.send({ act: "socket", ...asked });
  }

  tell(message, transfer = []) {
    this.frame?.send(message, transfer);
  }

  // An endless loop in the app answers no question.
  watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (!this.waiting.size) return;
      this.tell({ act: "ping" });
      this.watchdog = setTimeout(
        () =>
          this.crash(
            "The back end stopped answering, so it was ended. Press Reload to start it again.",
          ),
        MAX_SILENCE,
      );
    }, 5000);
  }

  receive(data) {
    if (this.waiting.size) this.watch();
    switch (data.livewright) {
      case "started":
        return this.bootMessage && this.frame.send(...this.bootMessage.splice(0));
      case "booted":
        return this.booted();
      case "loaded":
        return this.loading?.resolve(data.app);
      case "load-failed":
        return this.loading?.reject(data);
      case "output":
        return this.on.output(String(data.text).slice(0, 500), Boolean(data.isError));
      case "state":
        if (data.state?.byteLength < MAX_STATE_BYTES) this.keep(data.state);
        return undefined;
      case "part":
        return this.part(data);
      case "request-failed":
        return this.waiting.get(data.id)?.({ finding: data });
      case "broken":
      case "crash":
        return this.crash(String(data.message ?? data.text).slice(0, 500));
      default:
        return undefined;
    }
  }

  keep(state) {
    this.state = state;
    this.on.stored();
  }

  part(data) {
    const on = this.waiting.get(data.id);
    if (data.end) this.waiting.delete(data.id);
    on?.(data);
  }

  crash(sentence) {
    this.stop();
    this.on.crashed(sentence);
  }

  stop() {
    clearTimeout(this.watchdog);
    const failed = [...this.waiting.values()];
    this.waiting.clear();
    for (const on of failed) on({ failure: true });
    this.loading?.reject({ message: "The back end was ended.", isKnown: true });
    this.frame?.remove();
    this.frame = this.booting = null;
    this.isLoaded = false;
  }

  // Forget what the app stored
  reset() {
    this.stop();
    this.state = null;
  }
}
