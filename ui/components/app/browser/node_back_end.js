// A back end of Node with Express: its modules are linked to one script, which a worker runs with stand-ins for both
import { linkFiles } from "./link_client.js";
import { readEnvironment } from "./page.js";
import { WorkerBackEnd } from "./worker_back_end.js";

const PARTS = ["node_express", "node_worker"];

export class NodeBackEnd extends WorkerBackEnd {
  async startWorker() {
    const texts = PARTS.map(async (name) =>
      (await fetch(`${this.scripts}inside/${name}.js`)).text(),
    );
    const { frame } = this;
    const source = (await Promise.all(texts)).join("\n");
    if (frame !== this.frame) return; // it was ended meanwhile, and another one has a worker of its own
    frame.send({ worker: `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}` });
  }

  async load(files) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    this.isLoaded = false;
    this.on.phase("The back end is being started");
    await this.ready();
    const { base, manifest } = this.runtime;
    const wanted = [{ kind: "node" }];
    const { outputs } = await linkFiles({ files, runtime: { base, manifest }, wanted });
    // The one before may be linked after this one.
    if (turn !== this.turn)
      throw Object.assign(new Error("Another version was started."), { isKnown: true });
    return this.start({ files, bundle: outputs[0], environment: readEnvironment(files) });
  }
}
