// Builds the files of the runtime from the packages in node_modules. Arguments: the folder with node_modules, the folder
// to write to. Run by ../build.py without a network; writes one JSON line of progress for each part to stdout.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ALIASES, CDN, CDN_NAMES, CDN_URLS, FONTS, MODULES, PYODIDE, STYLES, TOOLS } from "./libraries.mjs";

const [work, out] = Deno.args;
const require = createRequire(join(work, "package.json"));
const esbuild = require("esbuild");
const packages = join(work, "node_modules");
const manifest = { modules: {}, tools: {}, styles: {}, cdn: {}, pyodide: "pyodide/", licenses: {} };

const DEFINITIONS = {
  "process.env.NODE_ENV": '"production"',
  global: "globalThis",
  __VUE_OPTIONS_API__: "true",
  __VUE_PROD_DEVTOOLS__: "false",
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  __VUE_I18N_FULL_INSTALL__: "true",
  __VUE_I18N_LEGACY_API__: "true",
  __INTLIFY_PROD_DEVTOOLS__: "false",
};
const OPTIONS = {
  absWorkingDir: work,
  bundle: true,
  format: "esm",
  platform: "browser",
  conditions: ["browser", "production", "module", "svelte"],
  minify: true,
  // The build that also compiles templates in strings and in the page, for all that import Vue: it must exist once.
  alias: { vue: "vue/dist/vue.esm-bundler.js" },
  legalComments: "none",
  charset: "utf8",
  define: DEFINITIONS,
  outExtension: { ".js": ".mjs" },
  logLevel: "silent",
};
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const RESERVED = new Set("default delete in new null this true false typeof void with class function var let".split(" "));

const say = (step, done, total) => console.log(JSON.stringify({ step, done, total }));
const flat = (name) => name.replace(/^@/, "").replaceAll("/", "-");

// A CommonJS file has no names that a module could import: they are read off the object that it exports.
const commonJsEntries = {
  name: "commonjs-entries",
  setup(build) {
    build.onResolve({ filter: /^commonjs:/ }, ({ path }) => ({ path: path.slice(9), namespace: "commonjs" }));
    build.onLoad({ filter: /./, namespace: "commonjs" }, ({ path }) => {
      const exported = require(path);
      const names = Object.keys(exported).filter((name) => IDENTIFIER.test(name) && !RESERVED.has(name));
      const named = names.length ? `export const { ${names.join(", ")} } = exported;` : "";
      const contents = `import exported from ${JSON.stringify(path)}; export default exported; ${named}`;
      return { contents, resolveDir: work };
    });
  },
};

// Some libraries for Svelte come as components, and as modules with its runes.
const svelteComponents = {
  name: "svelte-components",
  setup(build) {
    build.onLoad({ filter: /\.svelte(\.js)?$/ }, ({ path }) => {
      const { compile, compileModule } = require("svelte/compiler");
      const text = readFileSync(path, "utf8");
      const options = { filename: path, generate: "client" };
      const result = path.endsWith(".js") ? compileModule(text, options) : compile(text, { ...options, css: "injected" });
      return { contents: result.js.code, loader: "js", resolveDir: dirname(path) };
    });
  },
};

async function buildModules() {
  say("modules", 0, MODULES.length);
  const entryPoints = {};
  for (const name of MODULES) {
    entryPoints[flat(name)] = (await isCommonJs(name)) ? `commonjs:${name}` : name;
  }
  const outdir = join(out, "modules");
  const plugins = [commonJsEntries, svelteComponents];
  await esbuild.build({ ...OPTIONS, entryPoints, outdir, splitting: true, chunkNames: "chunks/[hash]", plugins });
  for (const name of MODULES) manifest.modules[name] = `modules/${flat(name)}.mjs`;
  for (const [name, other] of Object.entries(ALIASES)) manifest.modules[name] = manifest.modules[other];
  say("modules", MODULES.length, MODULES.length);
}

async function isCommonJs(name) {
  const result = await esbuild.build({
    ...OPTIONS,
    entryPoints: [name],
    outdir: "/",
    write: false,
    metafile: true,
    plugins: [svelteComponents, { name: "only-this", setup: leaveOutImports }],
  });
  const entry = Object.values(result.metafile.outputs).find((output) => output.entryPoint);
  return result.metafile.inputs[entry.entryPoint].format === "cjs";
}

function leaveOutImports(build) {
  build.onResolve({ filter: /./ }, ({ kind, path }) => (kind === "entry-point" ? undefined : { path, external: true }));
}

async function buildTools() {
  const outdir = join(out, "tools");
  mkdirSync(outdir, { recursive: true });
  for (const [name, { source, file, beside = [] }] of Object.entries(TOOLS)) {
    say("tools", Object.keys(manifest.tools).length, Object.keys(TOOLS).length);
    if (source) {
      const stdin = { contents: source, resolveDir: work };
      await esbuild.build({ ...OPTIONS, stdin, outfile: join(outdir, `${name}.mjs`), outExtension: undefined, external: ["node:*", "fs", "path", "os", "inspector", "perf_hooks", "crypto", "module", "url"] });
      manifest.tools[name] = `tools/${name}.mjs`;
      continue;
    }
    const extension = file.endsWith(".esm-browser.js") ? "mjs" : "js";
    manifest.tools[name] = `tools/${name.replace(/\.js$/, "")}.${extension}`;
    copy(join(packages, file), manifest.tools[name]);
    for (const other of beside) copy(join(packages, other), `tools/${basename(other)}`);
  }
}

function copyCdnFiles() {
  for (const [name, { folder = name, files, main, also = {} }] of Object.entries(CDN)) {
    for (const path of files.flatMap((pattern) => matching(join(packages, folder), pattern))) {
      manifest.cdn[`${name}/${path}`] = copy(join(packages, folder, path), `cdn/${name}/${path}`);
    }
    const others = { "": main, ...also };
    for (const [path, target] of Object.entries(others)) {
      manifest.cdn[path ? `${name}/${path}` : name] = `cdn/${name}/${target}`;
    }
  }
  for (const [name, path] of Object.entries(STYLES)) manifest.styles[name] = manifest.cdn[path];
  manifest.cdnNames = CDN_NAMES;
  manifest.cdnUrls = Object.fromEntries(Object.entries(CDN_URLS).map(([start, path]) => [start, manifest.cdn[path]]));
}

function copyFonts() {
  manifest.fonts = {};
  for (const [family, { folder, weights, style }] of Object.entries(FONTS)) {
    if (style) {
      manifest.fonts[family] = manifest.cdn[style];
      continue;
    }
    const stem = basename(folder);
    const faces = [];
    for (const path of matching(join(packages, folder), "files/*.woff2")) {
      const [, subset, weight, style] = path.match(/-(latin|latin-ext)-(wght|\d+)-(normal|italic)\.woff2$/) ?? [];
      if (!subset || (weight !== "wght" && !weights.includes(Number(weight)))) continue;
      copy(join(packages, folder, path), `fonts/${stem}/${basename(path)}`);
      faces.push(fontFace(family, basename(path), { subset, weight, style }));
    }
    manifest.fonts[family] = `fonts/${stem}/font.css`;
    writeFileSync(join(out, manifest.fonts[family]), faces.join("\n"));
  }
}

function fontFace(family, file, { subset, weight, style }) {
  // What the sets of Google's fonts cover.
  const range = { latin: "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+FEFF",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1EFF,U+20A0-20AB,U+20AD-20CF,U+2C60-2C7F,U+A720-A7FF" };
  return (
    `@font-face{font-family:"${family}";font-style:${style};font-weight:${weight === "wght" ? "100 900" : weight};` +
    `font-display:swap;src:url(./${file}) format("woff2");unicode-range:${range[subset]}}`
  );
}

function copyPyodide() {
  for (const name of PYODIDE) copy(join(packages, "pyodide", name), `pyodide/${name}`);
}

function copyLicenses() {
  const { dependencies } = JSON.parse(readFileSync(join(work, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies).sort()) {
    const { name: packageName, version, license } = readJson(join(packages, name, "package.json"));
    const texts = matching(join(packages, name), "*").filter((file) => /^\.\/(licen[cs]e|notice)(\.(md|txt))?$/i.test(file));
    for (const file of texts) copy(join(packages, name, file), `licenses/${flat(name)}-${basename(file)}`);
    manifest.licenses[name] = { package: packageName, version, license: license ?? "see its text" };
  }
}

function matching(folder, pattern) {
  if (!pattern.includes("*")) return [pattern];
  const [start, end] = pattern.split("*");
  const names = readdirSync(join(folder, dirname(pattern))).map((name) => `${dirname(pattern)}/${name}`);
  return names.filter((path) => dirname(pattern) === "." || (path.startsWith(start) && path.endsWith(end))).sort();
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function copy(source, path) {
  const target = join(out, path);
  mkdirSync(dirname(target), { recursive: true });
  // Not copyFile, which would take the source's permissions along.
  writeFileSync(target, readFileSync(source));
  return path;
}

// Compressed once, here, and served as it is.
function compress() {
  const paths = filesBelow(out).filter((path) => /\.(js|mjs|css|json|wasm|svg|txt)$/.test(path));
  paths.forEach((path, index) => {
    if (index % 50 === 0) say("compress", index, paths.length);
    const bytes = readFileSync(path);
    const packed = gzipSync(bytes, { level: 9 });
    if (packed.length < 0.9 * bytes.length) writeFileSync(`${path}.gz`, packed);
  });
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

await buildModules();
await buildTools();
copyCdnFiles();
copyFonts();
copyPyodide();
copyLicenses();
compress();
writeFileSync(join(out, "parts.json"), JSON.stringify(manifest));
await esbuild.stop();
