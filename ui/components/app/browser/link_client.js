// The linker in a worker of its own, which is ended when it takes too long: no text may hold up this page
const MAX_LINK_MILLISECONDS = 20_000;

export function linkFiles(job) {
  const worker = new Worker(new URL("linker/worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(new Error("The app's files took too long to be put together, so that was stopped.")),
      MAX_LINK_MILLISECONDS,
    );
    worker.onmessage = ({ data }) => {
      clearTimeout(timer);
      if (data.result) resolve(data.result);
      else reject(new Error(data.failure));
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      reject(
        new Error(
          `The app's files cannot be put together: ${event.message ?? "the linker stopped"}`,
        ),
      );
    };
    worker.postMessage(job);
  }).finally(() => worker.terminate());
}
