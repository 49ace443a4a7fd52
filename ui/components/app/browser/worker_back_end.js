// A back end in a worker of a hidden sandboxed frame. It stays from version to version: only the app is imported anew,
// and what it stored is kept here, in case the worker has to be ended.
import { SandboxFrame } from "./sandbox.js";

const MAX_STATE_BYTES = 64_000_000;
const FLOOD = { burst: 20_000, perSecond: 2000 }; // a line of output and a piece of an answer are a message each
const MAX_START = 60_000; // ms: an app that is imported for longer is ended
const START_SENTENCE = "The back end did not start within a minute, so it was ended.";
const MAX_SILENCE = 25_000; // ms: a back end that says nothing for so long, not even to a question, is ended

export class WorkerBackEnd {
  // `on`: { phase(sentence), stored(), output(text, isError), crashed(sentence) }
  constructor({ container, address, scripts, runtime, on }) {
    Object.assign(this, { container, address, scripts, runtime, on });
    this.waiting = new Map();
    this.state = null;
    this.isLoaded = false;
    this.isFresh = false; // whether what was stored is deleted by the next load
  }

  // A worker that cannot be started is forgotten, so that the next try starts another.
  async ready() {
    try {
      await (this.booting ??= this.boot());
    } catch (error) {
      if (!error.isKnown) this.stop();
      throw error;
    }
  }

  boot() {
    return new Promise((resolve, reject) => {
      this.booted = resolve;
      this.bootFailed = reject;
      this.frame = new SandboxFrame(
        this.container,
        `${this.address}/worker`,
        "Back end of the app",
        {
          ready: () => this.startWorker().catch(reject),
          message: (data) => this.receive(data),
          flooded: () => this.crash("The back end sent messages without end, so it was stopped."),
        },
        FLOOD,
      );
      this.frame.element.hidden = true;
    });
  }

  // Import this version of the app; resolves to what it is, rejects with a finding
  async start(message) {
    this.loading?.reject({ message: "Another version was started.", isKnown: true });
    const result = new Promise((resolve, reject) => (this.loading = { resolve, reject }));
    this.tell({ act: "load", state: this.state, isFresh: this.isFresh, ...message });
    const timer = setTimeout(() => this.crash(START_SENTENCE), MAX_START);
    const app = await result.finally(() => clearTimeout(timer));
    this.isLoaded = true;
    this.isFresh = false;
    return app;
  }

  request(asked, on) {
    if (!this.frame) return on({ failure: true }); // it has been ended
    this.waiting.set(asked.id, on);
    this.frame.send({ act: "request", ...asked });
    return this.watch();
  }

  socket(asked, on) {
    if (!this.frame) return on({ failure: true });
    this.waiting.set(asked.id, on);
    return this.frame.send({ act: "socket", ...asked });
  }

  // Nobody waits for this answer any more
  abort(id) {
    const on = this.waiting.get(id);
    if (!on) return;
    this.waiting.delete(id);
    this.tell({ act: "abort", id });
    on({ failure: true, isAborted: true });
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
    clearTimeout(this.watchdog); // it lives
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
        // One that was on its way when everything was deleted is not kept.
        if (data.state?.byteLength < MAX_STATE_BYTES && !this.isFresh) this.keep(data.state);
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
    if (data.end || data.failure) this.waiting.delete(data.id);
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
    const ended = { message: "The back end was ended.", isKnown: true };
    this.loading?.reject(ended);
    this.bootFailed?.(ended);
    this.frame?.remove();
    this.frame = this.booting = null;
    this.isLoaded = this.isFresh = false;
  }

  // Forget what the app stored: the next load begins with nothing. One that hangs is ended for it.
  reset() {
    if (this.waiting.size || !this.isLoaded) this.stop();
    else this.isFresh = true;
    this.state = null;
  }
}
