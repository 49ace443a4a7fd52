// Tries one app on the server, with no permission but to read the runtime. Reads one JSON object from stdin; writes JSON
// lines to stdout: {"log"}, {"started": null or the error}, {"route"}, {"done"}.

import { PythonApp } from "./python_app.mjs";

const encoder = new TextEncoder();
const say = (value) => {
  const bytes = encoder.encode(`${JSON.stringify(value)}\n`);
  for (let written = 0; written < bytes.length;)
    written += Deno.stdout.writeSync(bytes.subarray(written));
};

const { runtime, python, driver, files } = JSON.parse(
  await new Response(Deno.stdin.readable).text(),
);
const base = new URL(`file://${runtime}/`);
const readFile = async (path) => (await Deno.readFile(new URL(path, base))).buffer;
const indexURL = `${runtime}/pyodide/`;
const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", base));
const app = await PythonApp.boot({
  loadPyodide,
  indexURL,
  readFile,
  python,
  driver,
  onLog: (log) => say({ log }),
});
const error = await app.start(files);
say({ started: error });
if (!error) {
  const trial = app.py.pyimport("app_driver.trial");
  await trial.try_routes(app.host, (route) =>
    say({ route: route.toJs({ dict_converter: Object.fromEntries }) }),
  );
}
say({ done: true });
Deno.exit(0);
