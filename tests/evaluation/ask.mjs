// Starts one back end in the sandbox and asks it a list of requests, one after the other. Reads one JSON object from
// stdin; writes JSON lines: {"started": null or the error}, {"answer": {"number", "status", "body"}}, {"done"}.

const { runtime, python, driver, files, asks, driverModule } = JSON.parse(
  await new Response(Deno.stdin.readable).text(),
);
const { PythonApp } = await import(driverModule);
const encoder = new TextEncoder();
const say = (value) => {
  const bytes = encoder.encode(`${JSON.stringify(value)}\n`);
  for (let written = 0; written < bytes.length;)
    written += Deno.stdout.writeSync(bytes.subarray(written));
};

const base = new URL(`file://${runtime}/`);
const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", base));
const app = await PythonApp.boot({
  loadPyodide,
  indexURL: `${runtime}/pyodide/`,
  readFile: async (path) => (await Deno.readFile(new URL(path, base))).buffer,
  python,
  driver,
});
const error = await app.start(files);
say({ started: error });

const saved = {};
const fillIn = (path) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(saved[name] ?? "0"));

async function ask({ method, path, body, save }, number) {
  const [pathname, query = ""] = fillIn(path).split("?");
  const headers = [["host", "localhost:8000"], ...(body === null ? [] : [["content-type", "application/json"]])];
  let status = null;
  let text = "";
  const decoder = new TextDecoder();
  const request = { method, path: pathname, query, headers };
  if (body !== null) request.body = encoder.encode(JSON.stringify(body));
  const limit = new Promise((resolve) => setTimeout(resolve, 5000));
  const answer = app.request(request, (code) => (status = code), (chunk) => (text += decoder.decode(chunk, { stream: true })));
  await Promise.race([answer.catch(() => null), limit]);
  try {
    const value = JSON.parse(text);
    for (const [name, field] of Object.entries(save)) saved[name] = value[field];
  } catch {
    // No JSON: what it should have told stays unknown.
  }
  say({ answer: { number, status, body: text.slice(0, 20000) } });
}

if (!error) for (const [number, each] of asks.entries()) await ask(each, number);
say({ done: true });
Deno.exit(0);
