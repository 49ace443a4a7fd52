// Files → modules that need nothing from outside: each file becomes a `data:` module under the name `app:/<path>`,
// each library one under `lib:/<path>`, and an import map tells the browser which is which.
import { compileAngular, importsAngular } from "./angular.js";
import { ExportCheck } from "./exports.js";
import { ImportRewriter } from "./imports.js";
import { compileScript, isScript, jsonModule, redirectLocation } from "./javascript.js";
import { linkNode } from "./node.js";
import { RuntimeModules } from "./libraries.js";
import { Resolver } from "./resolver.js";
import { compileSvelte, compileSvelteModule } from "./svelte.js";
import {
  compileStyle,
  inlineStyle,
  isStyle,
  modernizeTailwind,
  stripSass,
  styleModule,
} from "./styles.js";
import { assetUrl, dataUrl, extension } from "./urls.js";
import { compileVue } from "./vue.js";

const MAX_LENGTH = 32_000_000; // characters of all that is linked

export class Linker {
  // `runtime`: { base, manifest }; `files`: path → text
  constructor({ files, runtime, names = {} }) {
    this.files = new Map(Object.entries(files));
    this.resolver = new Resolver(this.files);
    this.libraries = new RuntimeModules(runtime);
    this.names = names; // those of the page's own import map
    this.imports = {};
    this.maps = {};
    this.problems = [];
    this.adjusted = new Set();
    this.exportCheck = new ExportCheck();
    this.statics = new Map(); // path → the paths that it imports before it runs
    this.queue = [];
    this.length = 0;
  }

  // `wanted`: [{ kind: "module" | "inline-module" | "script" | "style" | "asset", path?, text?, base? }];
  // `outputs` has the URL or the text for each of them, in their order
  async link(wanted) {
    const outputs = [];
    for (const each of wanted) outputs.push(await this.output(each));
    while (this.queue.length) await this.compileNext();
    Object.assign(this.imports, await this.libraries.finish(this.exportCheck));
    for (const [message, path, line] of this.exportCheck.problems())
      this.problem(message, path, line);
    const atStart = this.loadedAtStart(wanted);
    for (const problem of this.problems) problem.isLazy = !atStart.has(problem.path);
    return {
      outputs,
      imports: this.imports,
      maps: this.maps,
      problems: this.problems,
      adjusted: [...this.adjusted],
    };
  }

  noteStatic(path, name) {
    if (!name.startsWith("app:/")) return;
    if (!this.statics.has(path)) this.statics.set(path, new Set());
    this.statics.get(path).add(name.slice(5).split("?", 1)[0]);
  }

  // The files without which the app does not start: others are loaded when they are needed
  loadedAtStart(wanted) {
    const found = new Set(wanted.map(({ path, base }) => path ?? base));
    for (const path of found) for (const next of this.statics.get(path) ?? []) found.add(next);
    return found;
  }

  async output({ kind, path, text, base }) {
    switch (kind) {
      case "module":
        return this.name(path);
      case "inline-module":
        return this.rewrite(base, text);
      case "node":
        return linkNode(this);
      case "nothing":
        return "";
      case "script":
        return dataUrl(
          "text/javascript",
          `${redirectLocation(this.files.get(path))}\n//# sourceURL=${encodeURI(path)}`,
        );
      case "inline-style":
        return inlineStyle(text, base, this);
      default:
        return this.asset(path);
    }
  }

  // The name by which modules import this file
  name(path) {
    const name = `app:/${path}`;
    if (!(name in this.imports)) {
      this.imports[name] = "";
      this.queue.push(path);
    }
    return name;
  }

  // A file as a URL that holds all of it
  asset(path, ancestors = []) {
    const text = isStyle(path)
      ? inlineStyle(this.styleText(path), path, this, [...ancestors, path])
      : this.files.get(path);
    return assetUrl(path, text);
  }

  styleText(path) {
    const text = modernizeTailwind(this.files.get(path));
    if (!/\.(scss|sass|less)$/.test(path)) return text;
    this.adjusted.add(
      `${path} is read as plain CSS: nested rules and simple variables work, mixins do not`,
    );
    return stripSass(text);
  }

  async tool(name) {
    return this.libraries.tool(name);
  }

  async compileNext() {
    const path = this.queue.shift();
    let code;
    try {
      code = await this.compile(path);
    } catch (error) {
      const line =
        error.loc?.line ?? error.loc?.start?.line ?? error.start?.line ?? error.position?.[0];
      code = this.failingModule(path, String(error.message).split("\n")[0].slice(0, 300), line);
    }
    this.length += code.length;
    if (this.length > MAX_LENGTH)
      throw new Error("The app is too large to be linked in the browser.");
    this.imports[`app:/${path}`] = dataUrl(
      "text/javascript",
      `${code}\n//# sourceURL=${encodeURI(path)}`,
    );
  }

  async compile(path) {
    const text = this.files.get(path);
    if (/\.module\.(css|scss|sass|less)$/.test(path)) {
      const { css, names } = compileStyle(this.styleText(path), path);
      return styleModule(inlineStyle(css, path, this), path, names);
    }
    if (isStyle(path))
      return styleModule(inlineStyle(this.styleText(path), path, this, [path]), path);
    if (extension(path) === ".json") return jsonModule(JSON.parse(text));
    if (extension(path) === ".vue") return this.rewrite(path, await compileVue(this, path, text));
    if (extension(path) === ".svelte")
      return this.rewrite(path, await compileSvelte(this, path, text));
    if (/\.[cm]?ts$/.test(path) && importsAngular(text))
      return this.rewrite(path, await compileAngular(this, path, text));
    if (/\.svelte\.[jt]s$/.test(path))
      return this.rewrite(path, await compileSvelteModule(this, path, text));
    if (isScript(path))
      return this.rewrite(path, compileScript(await this.tool("sucrase"), path, text));
    return `export default ${JSON.stringify(this.asset(path))}`;
  }

  async rewrite(path, code) {
    return redirectLocation(
      await new ImportRewriter(this, path, await this.tool("lexer")).rewrite(code),
    );
  }

  // The line of the source, where a component's code is another text than its file
  sourceLine(path, line) {
    const map = this.maps[path];
    return map ? map[line - 1] || null : line;
  }

  failingModule(path, message, line) {
    this.problem(message, path, line);
    return `throw new SyntaxError(${JSON.stringify(`${path}: ${message}`)});export default null`;
  }

  // `isOurs`: the app may be right, and the runtime lacks what it needs
  problem(message, path, line, isOurs = false) {
    if (this.problems.length < 50)
      this.problems.push({ kind: "start", message, path, line: line || null, isOurs });
  }
}
