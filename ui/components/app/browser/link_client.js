// The linker in a worker, which is ended when it takes too long: no text may hold up this page
const MAX_LINK_MILLISECONDS = 20_000;
const TOO_LONG = "The app's files took too long to be put together, so that was stopped.";

let idle = null; // the worker of the last job, or one whose scripts load while the page does
keepIdle(startWorker());

export function linkFiles(job) {
  const worker = idle ?? startWorker();
  idle = null;
  return new Promise((resolve, reject) => {
    const fail = (sentence) => {
      clearTimeout(timer);
      worker.terminate();
      reject(new Error(sentence));
    };
    const timer = setTimeout(() => fail(TOO_LONG), MAX_LINK_MILLISECONDS);
    worker.onerror = ({ message }) =>
      fail(`The app's files cannot be put together: ${message ?? "the linker stopped"}`);
    worker.onmessage = ({ data }) => {
      clearTimeout(timer);
      if (!data.result) return fail(data.failure); // what did not load may be remembered as missing
      keepIdle(worker);
      resolve(data.result);
    };
    worker.postMessage(job);
  });
}

function startWorker() {
  return new Worker(new URL("linker/worker.js", import.meta.url), { type: "module" });
}

function keepIdle(worker) {
  if (idle) return worker.terminate();
  idle = worker;
  worker.onerror = () => {
    worker.terminate(); // it did not load: the next job starts another
    idle = null;
  };
}
