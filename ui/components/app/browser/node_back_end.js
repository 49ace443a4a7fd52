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
    const source = (await Promise.all(texts)).join("\n");
    this.frame.send({ worker: `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}` });
  }

  async load(files) {
    this.isLoaded = false;
    this.on.phase("The back end is being started");
    await this.ready();
    const { base, manifest } = this.runtime;
    const wanted = [{ kind: "node" }];
    const { outputs } = await linkFiles({ files, runtime: { base, manifest }, wanted });
    return this.start({ files, bundle: outputs[0], environment: readEnvironment(files) });
  }
}
