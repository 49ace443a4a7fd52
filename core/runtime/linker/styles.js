// Style sheets: what they refer to becomes part of them; CSS modules get names of their own
import { namedExports } from "./javascript.js";

const MAX_DEPTH = 20; // style sheets that import one another
const REFERENCE =
  /@import\s{1,9}(?:url\(\s{0,9})?(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|([^"'\s);]{1,2000}))\s{0,9}\)?|url\(\s{0,9}(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|([^"'()\s]{1,2000}))\s{0,9}\)/g;

export const isStyle = (path) => /\.(css|scss|sass|less)$/.test(path);

// `linker` finds the files; `ancestors` are the sheets that import this one
export function inlineStyle(text, path, linker, ancestors = []) {
  return text.replace(REFERENCE, (whole, ...groups) => {
    const target = groups.slice(0, 6).find(Boolean);
    const isImport = whole.startsWith("@import");
    if (/^(data|blob):|^#/.test(target) || (isImport && target === "tailwindcss")) return whole;
    const cdn =
      isImport && linker.libraries.find(target.replace(/^~/, "").replace(/\/index$/, ""), "", null);
    if (/^(https?:)?\/\//.test(target) || cdn)
      return outside(whole, target, isImport, path, linker);
    const relative = /^[./]/.test(target) ? target : `./${target}`;
    const found = linker.resolver.resolve(relative, path);
    if (!found || ancestors.includes(found) || ancestors.length > MAX_DEPTH)
      return isImport ? "" : whole;
    const url = linker.asset(found, ancestors);
    return isImport ? `@import url("${url}")` : `url("${url}")`;
  });
}

function outside(whole, target, isImport, path, linker) {
  if (/fonts\.(googleapis|gstatic|bunny)\./.test(target))
    linker.adjusted.add("fonts of other hosts are replaced by those of this system");
  else
    linker.adjusted.add(
      `${path} refers to ${target.slice(0, 100)}, which the sandbox does not load`,
    );
  return isImport ? "" : "url(data:,)";
}

const OLD_TAILWIND =
  /@tailwind\s{1,9}\w{1,20}\s{0,9};|@import\s{1,9}(?:url\()?["']tailwindcss\/(?:base|components|utilities)(?:\.css)?["']\)?\s{0,9};/g;

// What asks for Tailwind's classes, in the words of its version 4
export function modernizeTailwind(text) {
  let isFirst = true;
  return text.replace(OLD_TAILWIND, () => {
    const replacement = isFirst ? '@import "tailwindcss";' : "";
    isFirst = false;
    return replacement;
  });
}

export const usesTailwind = (text) =>
  /@tailwind\s|@import\s{1,9}(?:url\()?["']tailwindcss/.test(text);

// A module that adds a style sheet once; its names, where it is a CSS module
export function styleModule(css, path, names = null) {
  const add = `globalThis.__livewright.style(${JSON.stringify(path)}, ${JSON.stringify(css)});`;
  if (!names) return `${add}export default ${JSON.stringify(css)}`;
  return `${add}export default ${JSON.stringify(names)};${namedExports(names)}`;
}

// A CSS module: every class in a selector gets the file's own ending
export function compileStyle(text, path) {
  const names = {};
  const ending = hash(path);
  const rename = (selector) =>
    selector
      .replace(/:global\(([^)]{0,500})\)/g, (_, inner) => inner.replaceAll(".", "\0"))
      .replace(/\.(-?[A-Za-z_][\w-]*)/g, (_, name) => {
        names[name] = `${name}_${ending}`;
        return `.${names[name]}`;
      })
      .replaceAll("\0", ".");
  const css = [];
  for (const [piece] of text.matchAll(
    /"[^"\n]*"|'[^'\n]*'|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|[^{};"'/]+|[{};/"']/g,
  ))
    css.push(piece);
  // A piece is part of a selector if the next bracket or semicolon after it opens a block.
  let opens = false;
  for (let index = css.length - 1; index >= 0; index--) {
    const piece = css[index];
    if (piece === "{") opens = true;
    else if (piece === "}" || piece === ";") opens = false;
    else if (opens && !/^\s*@|^["'/]/.test(piece)) css[index] = rename(piece);
  }
  return { css: css.join(""), names };
}

function hash(text) {
  let value = 5381;
  for (let index = 0; index < text.length; index++)
    value = (value * 33 + text.charCodeAt(index)) >>> 0;
  return value.toString(36).slice(0, 5);
}

// Of SCSS and Less what plain CSS understands: line comments go, simple variables are replaced
export function stripSass(text) {
  const variables = new Map();
  return text
    .split("\n")
    .map((line) => {
      const bare = line.replace(/(^|[^:])\/\/.*$/, "$1");
      const set = /^\s*[$@]([\w-]+)\s*:\s*([^;{]+);\s*$/.exec(bare);
      if (set) {
        variables.set(
          set[1],
          set[2].replace(/[$@]([\w-]+)/g, (whole, name) => variables.get(name) ?? whole),
        );
        return "";
      }
      return bare.replace(/[$@]([\w-]+)/g, (whole, name) => variables.get(name) ?? whole);
    })
    .join("\n");
}
