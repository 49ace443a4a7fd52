// The libraries of the runtime: which of them an app uses, as `data:` modules, so that the frame needs no network
import { wantsZones } from "./angular.js";
import { inlineRuntimeStyle } from "./runtime_styles.js";
import { dataUrl } from "./urls.js";

export const RESERVED = /^(data|blob|https?|app|lib):/;
const LIBRARY_PROBLEM = "does not load";
const CDN_MODULE =
  /^https:\/\/(?:esm\.sh|cdn\.skypack\.dev|unpkg\.com|cdn\.jsdelivr\.net\/npm|esm\.run|ga\.jspm\.io\/npm:)\/?((?:@[\w.-]+\/)?[\w.-]+)(?:@[^/?]*)?((?:\/[^?]*)?)/;
// What older examples import from `react-dom` lives in `react-dom/client` now
const REACT_DOM = `import * as client from "react-dom/client";
import * as dom from "react-dom";
export * from "react-dom";
export const createRoot = client.createRoot, hydrateRoot = client.hydrateRoot;
const roots = new WeakMap();
export const render = (element, container) => {
  if (!roots.has(container)) roots.set(container, client.createRoot(container));
  roots.get(container).render(element);
};
export default { ...dom.default, createRoot, hydrateRoot, render };`;
// Angular's lazily loaded animations are those that load at once
const ASYNC_ANIMATIONS = "@angular/platform-browser/animations/async";
const ANIMATIONS = `export * from "@angular/platform-browser/animations";
export { provideAnimations as provideAnimationsAsync } from "@angular/platform-browser/animations";`;
// Angular without zone.js by default, since its version 21, would not draw what a timer or an answer has changed
const ANGULAR_STARTS = {
  "@angular/platform-browser": `import * as browser from "@angular/platform-browser";
import { provideZoneChangeDetection } from "@angular/core";
export * from "@angular/platform-browser";
export const bootstrapApplication = (component, options = {}, context) =>
  browser.bootstrapApplication(
    component,
    { ...options, providers: [provideZoneChangeDetection(), ...(options.providers ?? [])] },
    context,
  );`,
  "@angular/platform-browser-dynamic": `import * as dynamic from "@angular/platform-browser-dynamic";
import { provideZoneChangeDetection } from "@angular/core";
export * from "@angular/platform-browser-dynamic";
export const platformBrowserDynamic = (...values) => {
  const platform = dynamic.platformBrowserDynamic(...values);
  const start = platform.bootstrapModule.bind(platform);
  platform.bootstrapModule = (module, options = {}) =>
    start(module, { applicationProviders: [provideZoneChangeDetection()], ...options });
  return platform;
};`,
};

export class RuntimeModules {
  constructor({ base, manifest }) {
    this.base = base;
    this.modules = manifest.modules ?? {};
    this.styles = { ...manifest.cdn, ...manifest.styles };
    this.tools = manifest.tools ?? {};
    this.used = new Map(); // the name in the import map → the path in the runtime
    this.texts = new Map();
    this.loadedTools = new Map();
    this.extra = {};
  }

  async tool(name) {
    if (!this.tools[name]) throw new Error(`The runtime has no “${name}”.`);
    if (!this.loadedTools.has(name))
      this.loadedTools.set(name, import(this.base + this.tools[name]));
    return this.loadedTools.get(name);
  }

  // The name to import a package by; null if there is none here
  find(name, statement = "", linker = null) {
    const cdn = CDN_MODULE.exec(name);
    if (cdn)
      return this.find(
        cdn[1] + cdn[2].replace(/\/(\+esm|dist\/.*|index\.js|es\/.*)$/, ""),
        statement,
        linker,
      );
    if (name === "react-dom" && /\b(createRoot|hydrateRoot|render|ReactDOM)\b/.test(statement)) {
      linker?.adjusted.add("what “react-dom” no longer exports is taken from “react-dom/client”");
      this.use("react-dom");
      this.use("react-dom/client");
      this.extra["lib:/react-dom-all"] = dataUrl("text/javascript", REACT_DOM);
      return "lib:/react-dom-all";
    }
    if (name.startsWith("zone.js/")) return this.use("zone.js");
    if (name === ASYNC_ANIMATIONS && this.use("@angular/platform-browser/animations")) {
      this.extra["lib:/animations-async"] = dataUrl("text/javascript", ANIMATIONS);
      return "lib:/animations-async";
    }
    if (Object.hasOwn(ANGULAR_STARTS, name) && linker && wantsZones(linker)) {
      const start = `lib:/${name}-with-zones`;
      this.extra[start] = dataUrl("text/javascript", ANGULAR_STARTS[name]);
      this.use("@angular/core");
      return this.use(name) && start;
    }
    return this.use(name) ?? this.style(name, linker);
  }

  use(name) {
    if (!Object.hasOwn(this.modules, name)) return null;
    const path = this.modules[name];
    this.used.set(name, path);
    return name;
  }

  style(name, linker) {
    const path = Object.hasOwn(this.styles, name) ? this.styles[name] : "";
    if (!path.endsWith(".css") || !linker) return null;
    const key = `lib:/${path}`;
    this.used.set(key, path);
    return key;
  }

  // The import map's part: what is used, and what that uses in turn
  async finish(exportCheck) {
    const lexer = this.used.size ? await this.tool("lexer") : null;
    const imports = { ...this.extra };
    const waiting = [...this.used];
    const known = new Set(this.used.keys());
    while (waiting.length) {
      const texts = await Promise.all(waiting.map(([, path]) => this.text(path)));
      const next = [];
      waiting.splice(0).forEach(([key, path], index) => {
        const note = (name, found) => {
          if (!known.has(name)) next.push([name, found]);
          known.add(name);
        };
        imports[key] = this.module(key, path, texts[index], lexer, note, exportCheck);
      });
      waiting.push(...next);
    }
    return imports;
  }

  module(key, path, text, lexer, note, exportCheck) {
    if (path.endsWith(".css")) return dataUrl("text/javascript", cssModule(text, path));
    const [found, exported] = lexer.parse(text, path);
    const targets = [];
    let code = "";
    let position = 0;
    for (const [index, { type, specifier: name, start, end }] of found.entries()) {
      const target = name && this.inner(name, path);
      if (!target) continue;
      note(...target);
      [targets[index]] = target;
      code +=
        text.slice(position, start) + (type === "dynamic" ? JSON.stringify(target[0]) : target[0]);
      position = end;
    }
    exportCheck.addModule(key, exported, targets);
    return dataUrl("text/javascript", code + text.slice(position));
  }

  // A library's own import: of a part beside it, or of another library
  inner(name, path) {
    if (!name.startsWith(".")) return this.modules[name] ? [name, this.modules[name]] : null;
    const found = new URL(name, `file:///${path}`).pathname.slice(1);
    return [`lib:/${found}`, found];
  }

  async text(path) {
    const answer = await fetch(this.base + path);
    if (!answer.ok) throw new Error(`${path} of the runtime ${LIBRARY_PROBLEM}.`);
    const text = await answer.text();
    return path.endsWith(".css") ? inlineRuntimeStyle(text, path, this.base) : text;
  }
}

const cssModule = (text, path) =>
  `globalThis.__livewright.style(${JSON.stringify(path)}, ${JSON.stringify(text)});export default {}`;
