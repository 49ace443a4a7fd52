// Links an app's files to what a sandboxed frame can run. A worker of ours: it reads text and runs none of it, and
// whoever started it ends it when it takes too long.
import { Linker } from "./link.js";

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ result: await new Linker(data).link(data.wanted) });
  } catch (error) {
    postMessage({ failure: String(error?.message ?? error).slice(0, 500) });
  }
});
