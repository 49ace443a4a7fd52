// An app's start page → one document that needs nothing from outside. The text is parsed by the browser without
// running any of it (DOMParser), the linker's worker turns what it refers to into `data:` URLs.
import { copyUrl, findCopy, findFonts } from "./linker/copies.js";
import { synthesizeEntry } from "./linker/entry.js";
import { findFile, isPage } from "./linker/files.js";
import { redirectLocation } from "./linker/javascript.js";
import { isStyle, usesTailwind } from "./linker/styles.js";
import { assetUrl } from "./linker/urls.js";

const REFERENCES = ["src", "href", "poster", "data"];
const GONE = [
  "base",
  "meta[http-equiv]",
  "link[rel~=preconnect]",
  "link[rel~=dns-prefetch]",
  "link[rel~=prefetch]",
];
const MAX_PROBLEMS = 50; // each is looked for in the whole page
const IGNORED_LOADERS = /es-module-shims/;

// `page`: its path, "" where the app has none; `link`: hands `wanted` to the linker
export async function buildPage({ files, page, framework, runtime, link, shim }) {
  const text = page
    ? files[page]
    : '<!doctype html><title>App</title><div id="root"></div><div id="app"></div>';
  return new PageBuilder({ files, page, text, framework, runtime }).build(link, shim);
}

class PageBuilder {
  constructor({ files, page, text, framework, runtime }) {
    Object.assign(this, { files, page, text, framework, runtime });
    this.document = new DOMParser().parseFromString(expandVariables(text, files), "text/html");
    this.wanted = [];
    this.uses = []; // what to do with each output of the linker
    this.problems = [];
    this.adjusted = [];
    this.position = 0;
  }

  async build(link, shim) {
    const { document } = this;
    this.collect();
    const linked = await link(this.wanted, this.names);
    for (const [index, use] of this.uses.entries()) await use(linked.outputs[index]);
    this.addShim(shim, linked.imports);
    const doctype = document.doctype ? "<!doctype html>" : "";
    return {
      html: doctype + document.documentElement.outerHTML,
      maps: linked.maps,
      problems: [...this.problems, ...linked.problems],
      adjusted: [...this.adjusted, ...linked.adjusted],
    };
  }

  collect() {
    const { document } = this;
    for (const element of document.querySelectorAll(GONE.join())) element.remove();
    this.readImportMaps();
    for (const element of [...document.querySelectorAll("script")]) this.script(element);
    for (const element of [...document.querySelectorAll("link[href]")]) this.styleLink(element);
    for (const element of document.querySelectorAll("style")) this.inlineStyle(element);
    for (const element of document.querySelectorAll("[src], [poster], image, use, object"))
      this.asset(element);
    for (const element of document.querySelectorAll("[srcset]")) this.sourceSet(element);
    this.addEntry();
    const sheets = Object.entries(this.files).filter(([path]) => isStyle(path));
    if (sheets.some(([, text]) => usesTailwind(text))) this.addTailwind();
  }

  // Its script makes the classes that a bundler's plugin would have made
  addTailwind() {
    const copy = this.runtime.manifest.cdn?.["@tailwindcss/browser"];
    if (!copy || this.hasTailwind) return;
    this.hasTailwind = true;
    const script = this.document.createElement("script");
    this.document.head.append(script);
    this.want({ kind: "nothing" }, async () =>
      script.setAttribute("src", await copyUrl(this.runtime, copy)),
    );
    const config = Object.keys(this.files).find((path) =>
      /(^|\/)tailwind\.config\.\w+$/.test(path),
    );
    if (config && /\bextend\s{0,9}:\s{0,9}\{\s{0,99}[^}\s]/.test(this.files[config]))
      this.adjusted.push(`${config} is not read: colours and sizes of its own are missing`);
  }

  want(wanted, use) {
    this.wanted.push(wanted);
    this.uses.push(use);
  }

  find(address) {
    return findFile(this.files, this.page, address);
  }

  script(element) {
    const address = element.getAttribute("src");
    const type = (element.getAttribute("type") ?? "").toLowerCase();
    if (/babel|jsx/.test(type)) return this.babelScript(element, address);
    if (
      type &&
      !/^(module|text\/javascript|application\/javascript|application\/x-javascript)$/.test(type)
    )
      return;
    element.removeAttribute("integrity");
    if (address === null) return this.inlineScript(element, type);
    const path = this.find(address);
    if (path === undefined) return this.outsideScript(element, address);
    element.removeAttribute("src");
    if (type === "module" || /\.([cm]?tsx?|jsx)$/.test(path)) {
      element.setAttribute("type", "module");
      this.want(
        { kind: "module", path },
        (name) => (element.textContent = escapeScript(`import ${JSON.stringify(name)};`)),
      );
    } else
      this.want({ kind: "script", path }, (url) => {
        element.setAttribute("src", url);
      });
  }

  inlineScript(element, type) {
    const { textContent: text } = element;
    const padding = "\n".repeat(this.lineOf(text) - 1); // so that an error's line is that of the page
    const name = `\n//# sourceURL=${encodeURI(this.page || "index.html")}`;
    if (type === "module")
      this.want({ kind: "inline-module", text, base: this.page }, (code) => {
        element.textContent = escapeScript(`${padding}${code}${name}`);
      });
    else if (text.trim()) {
      element.textContent = "";
      element.setAttribute("src", assetUrl("inline.js", padding + redirectLocation(text) + name));
    }
  }

  // Texts are looked for one after the other, so that all of them are found in one pass.
  lineOf(text) {
    const found = this.text.indexOf(text, this.position);
    if (found < 0) return 1;
    this.line = (this.line ?? 1) + countLines(this.text.slice(this.position, found));
    const line = this.line;
    this.position = found;
    return line;
  }

  // JSX in the page is compiled there, by the Babel that it links; a file of it is put in its place.
  babelScript(element, address) {
    const path = address === null ? undefined : this.find(address);
    if (path === undefined) return;
    element.removeAttribute("src");
    element.textContent = escapeScript(this.files[path]);
  }

  outsideScript(element, address) {
    if (IGNORED_LOADERS.test(address)) return element.remove();
    const isModule = element.getAttribute("type") === "module";
    const copy = findCopy(address, this.runtime.manifest);
    element.removeAttribute("src");
    element.removeAttribute("crossorigin");
    if (!copy)
      return this.problem(`loads ${address.slice(0, 200)}, which is not available here`, address);
    if (isModule && copy.endsWith(".css")) return element.remove();
    if (copy.endsWith(".css")) return this.replaceByStyle(element, copy);
    return this.want({ kind: "nothing" }, async () =>
      element.setAttribute("src", await copyUrl(this.runtime, copy)),
    );
  }

  // An icon set that others load as a script
  replaceByStyle(element, copy) {
    const link = this.document.createElement("link");
    link.rel = "stylesheet";
    element.replaceWith(link);
    this.want({ kind: "nothing" }, async () =>
      link.setAttribute("href", await copyUrl(this.runtime, copy)),
    );
  }

  styleLink(element) {
    const address = element.getAttribute("href");
    const rels = (element.getAttribute("rel") ?? "").toLowerCase();
    const path = this.find(address);
    element.removeAttribute("integrity");
    element.removeAttribute("crossorigin");
    if (path !== undefined) {
      if (/stylesheet|icon|manifest/.test(rels))
        this.want({ kind: "asset", path }, (url) => element.setAttribute("href", url));
      return;
    }
    element.removeAttribute("href");
    if (!rels.includes("stylesheet")) return element.remove();
    if (/fonts\.(googleapis|bunny)\./.test(address)) return this.fonts(element, address);
    const copy = findCopy(address, this.runtime.manifest);
    if (copy)
      this.want({ kind: "nothing" }, async () =>
        element.setAttribute("href", await copyUrl(this.runtime, copy)),
      );
    else if (/\/tailwindcss[@/]/.test(address)) {
      this.addTailwind();
      this.adjusted.push(
        "Tailwind’s style sheet is replaced by its script, which makes the same classes",
      );
    } else
      this.adjusted.push(
        `${this.page} refers to ${address.slice(0, 100)}, which is not available here`,
      );
  }

  fonts(element, address) {
    const { paths, missing } = findFonts(address, this.runtime.manifest);
    for (const name of missing)
      this.adjusted.push(`the font ${name.slice(0, 60)} is replaced by one of this system`);
    for (const path of paths) {
      const place = this.document.createElement("link");
      element.before(place);
      this.replaceByStyle(place, path);
    }
    element.remove();
  }

  inlineStyle(element) {
    const { textContent: text } = element;
    if (/url\(|@import/.test(text))
      this.want(
        { kind: "inline-style", text, base: this.page },
        (css) => (element.textContent = css),
      );
  }

  asset(element) {
    for (const attribute of [...REFERENCES, "xlink:href"]) {
      const address = element.getAttribute(attribute);
      const path = address && element.localName !== "script" && this.find(address);
      if (!path || isPage(path)) continue;
      const fragment = address.includes("#") ? address.slice(address.indexOf("#")) : "";
      if (element.localName === "use" && fragment) this.drawing(element, attribute, path, fragment);
      else
        this.want({ kind: "asset", path }, (url) =>
          element.setAttribute(attribute, url + fragment),
        );
    }
  }

  // Browsers draw no part of a `data:` URL: the file's drawings become part of the page.
  drawing(element, attribute, path, fragment) {
    this.drawings ??= new Set();
    if (!this.drawings.has(path)) this.addDrawings(path);
    element.setAttribute(attribute, fragment);
  }

  addDrawings(path) {
    this.drawings.add(path);
    const parser = new DOMParser();
    const { documentElement } = parser.parseFromString(this.files[path], "image/svg+xml");
    if (documentElement.localName !== "svg") return; // it cannot be read
    const drawings = this.document.importNode(documentElement, true);
    const hidden = { width: 0, height: 0, style: "position: absolute", "aria-hidden": true };
    for (const [name, value] of Object.entries(hidden)) drawings.setAttribute(name, value);
    this.document.body.append(drawings);
  }

  // Several addresses, each with a width or a density behind it
  sourceSet(element) {
    const parts = element.getAttribute("srcset").split(/(\s*,\s*|\s+)/);
    for (const [index, part] of parts.entries()) {
      const path = this.find(part);
      if (!path || isPage(path)) continue;
      this.want({ kind: "asset", path }, (url) => {
        parts[index] = url;
        element.setAttribute("srcset", parts.join(""));
      });
    }
  }

  // The page's own import map: a name for a file, or for a library at a CDN
  readImportMaps() {
    this.names = {};
    for (const element of this.document.querySelectorAll("script[type=importmap]")) {
      try {
        Object.assign(this.names, JSON.parse(element.textContent).imports);
      } catch {
        this.problem("has an import map that is no JSON", element.textContent);
      }
      element.remove();
    }
  }

  // A page without a module of its own gets the app's entry, which its bundler would have put there
  addEntry() {
    const hasModule = this.wanted.some(
      (each) => each.kind === "module" || each.kind === "inline-module",
    );
    if (hasModule || !this.framework) return;
    const entry = synthesizeEntry(this.files, this.framework);
    // A plain script of the page may start the app, or one that Babel compiles there.
    if (!entry && this.document.querySelector("script")) return undefined;
    if (!entry) return this.problem("has no file to start from, such as src/main", "");
    if (entry.adjusted) this.adjusted.push(entry.adjusted);
    for (const id of ["root", "app"]) this.ensureElement(id);
    const element = this.document.createElement("script");
    element.type = "module";
    this.document.body.append(element);
    if (entry.path)
      this.want(
        { kind: "module", path: entry.path },
        (name) => (element.textContent = escapeScript(`import ${JSON.stringify(name)};`)),
      );
    else
      this.want(
        { kind: "inline-module", text: entry.text, base: entry.base },
        (code) => (element.textContent = escapeScript(code)),
      );
  }

  ensureElement(id) {
    if (this.document.getElementById(id)) return;
    const element = this.document.createElement("div");
    element.id = id;
    this.document.body.append(element);
  }

  addShim(shim, imports) {
    const { document } = this;
    const map = document.createElement("script");
    map.type = "importmap";
    map.textContent = JSON.stringify({ imports }).replaceAll("<", "\\u003c");
    const script = document.createElement("script");
    script.textContent = escapeScript(shim);
    document.head.prepend(script, map);
  }

  problem(message, text) {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const found = text ? this.text.indexOf(text) : -1;
    const line = found < 0 ? null : countLines(this.text.slice(0, found)) + 1;
    this.problems.push({ kind: "start", message, path: this.page || "index.html", line });
  }
}

const countLines = (text) => text.split("\n").length - 1;

// In JavaScript's texts the backslash changes nothing.
const escapeScript = (code) => code.replace(/<(?=\/script|!--)/gi, "<\\");

// `%VITE_TITLE%` and `%PUBLIC_URL%`, as Vite and Create React App have them
function expandVariables(text, files) {
  const variables = readEnvironment(files);
  return text.replace(
    /%(PUBLIC_URL|(?:VITE|REACT_APP)_\w{1,60}|BASE_URL|MODE)%/g,
    (whole, name) => variables[name] ?? "",
  );
}

// The variables of the `.env` files
export function readEnvironment(files) {
  const variables = {};
  for (const name of [".env", ".env.local", ".env.development"])
    for (const line of (files[name] ?? "").slice(0, 20_000).split("\n")) {
      const found = /^\s*(?:export\s+)?([A-Z_a-z]\w*)\s*=(.*)$/.exec(line);
      if (found) variables[found[1]] = found[2].trim().replace(/^(["'])(.*)\1$/, "$2");
    }
  return variables;
}
