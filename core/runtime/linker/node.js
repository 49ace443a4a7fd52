// A back end of Node → one script: each module a function, found by its path. The worker that runs it has no import
// maps, so imports become calls of `require`.
import { isScript } from "./javascript.js";

const ENTRIES = [
  "src/index",
  "src/server",
  "src/app",
  "src/main",
  "index",
  "server",
  "app",
  "main",
];
const SUFFIXES = ["ts", "js", "mjs", "mts"];
const STAND_INS =
  /^(node:)?(express|cors|body-parser|morgan|helmet|compression|cookie-parser|express-rate-limit|express-async-handler|dotenv(\/config)?|path|fs(\/promises)?|url|crypto|uuid|http|process|os|events)$/;
const REQUIRED = /\brequire\(\s{0,9}(["'])([^"'\n]{1,300})\1\s{0,9}\)/g;
const VARIABLE = /^(?:export )?(let|const|var) ([A-Za-z_$][\w$]*)\b/gm;

export async function linkNode(linker) {
  const entry = findEntry(linker.files);
  if (!entry) throw new Error("There is no Express app in these files.");
  const { transform } = await linker.tool("sucrase");
  const modules = new Map();
  const waiting = [entry];
  while (waiting.length) {
    const path = waiting.pop();
    if (modules.has(path)) continue;
    modules.set(path, compile(linker, transform, path, waiting));
  }
  const parts = [...modules].map(
    ([path, code]) => `${JSON.stringify(path)}: ${JSON.stringify(code)}`,
  );
  return `const texts = {${parts.join(",\n")}};\n${LOADER}\nrun(${JSON.stringify(entry)});`;
}

function findEntry(files) {
  const named = JSON.parse(files.get("package.json") || "{}").main;
  if (named && isScript(named) && files.has(named)) return named;
  for (const name of ENTRIES)
    for (const suffix of SUFFIXES) if (files.has(`${name}.${suffix}`)) return `${name}.${suffix}`;
  return [...files.keys()].find(
    (path) => isScript(path) && /\bexpress\s*\(\s*\)/.test(files.get(path)),
  );
}

function compile(linker, transform, path, waiting) {
  const text = linker.files.get(path);
  if (path.endsWith(".json")) return `module.exports = ${text}`;
  const { code } = transform(text, {
    transforms: ["typescript", "imports"],
    filePath: path,
    disableESTransforms: true,
  });
  const linked = code.replace(
    REQUIRED,
    (whole, _, name) => `require(${JSON.stringify(target(linker, name, path, waiting))})`,
  );
  const names = [...text.matchAll(VARIABLE)].map(([, kind, name]) => [name, kind]);
  const values = names.map(([name, kind]) => {
    const write = kind === "const" ? "() => {}" : `(value) => { ${name} = value; }`;
    return `${name}: [() => ${name}, ${write}]`;
  });
  const meta = linked.replace(/\bimport\.meta\.url\b/g, JSON.stringify(`file:///app/${path}`));
  return `${meta}\n;keep(${JSON.stringify(path)}, {${values.join(", ")}});\n//# sourceURL=${encodeURI(path)}`;
}

function target(linker, name, path, waiting) {
  if (STAND_INS.test(name)) return name;
  const found = linker.resolver.resolve(name, path);
  if (found) {
    waiting.push(found);
    return found;
  }
  const message =
    found === undefined
      ? `imports “${name}”, which is not among the files`
      : `needs the package “${name}”, which is not available here`;
  throw Object.assign(new Error(`${path}: ${message}`), { path });
}

const LOADER = `const loaded = new Map();
function run(path) {
  if (!(path in texts)) {
    const found = standIn(path);
    if (found === undefined) throw new Error("There is no module " + path + " here.");
    return found;
  }
  if (!loaded.has(path)) {
    const module = { exports: {} };
    loaded.set(path, module);
    const folder = "/app/" + path.replace(/\\/?[^/]*$/, "");
    new Function("require", "module", "exports", "keep", "__filename", "__dirname", texts[path])(
      run, module, module.exports, keep, "/app/" + path, folder);
  }
  return loaded.get(path).exports;
}`;
