// The runtime's copies of what generated pages load from other hosts
import { inlineRuntimeStyle } from "./runtime_styles.js";
import { assetUrl } from "./urls.js";

const PACKAGE = "((?:@[\\w.-]+/)?[\\w.-]+)";
const NETWORKS = [
  new RegExp(`^(?:https?:)?//cdn\\.jsdelivr\\.net/npm/${PACKAGE}(?:@([^/]*))?(/[^?#]*)?`),
  new RegExp(`^(?:https?:)?//unpkg\\.com/${PACKAGE}(?:@([^/]*))?(/[^?#]*)?`),
];
const CDNJS = /^(?:https?:)?\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/([\w.-]+)\/([^/]+)(\/[^?#]*)/;

// The path in the runtime; null if there is no copy
export function findCopy(address, { cdn = {}, cdnNames = {}, cdnUrls = {} }) {
  const bare = address.replace(/^(https?:)?\/\//, "");
  const start = Object.keys(cdnUrls).find((each) => bare.startsWith(each));
  if (start) return sameKind(cdnUrls[start], bare.split(/[?#]/, 1)[0], cdn);
  const named = CDNJS.exec(address);
  if (named)
    return pick(cdnNames[named[1]] ?? named[1].replace(/^twitter-/, ""), named[2], named[3], cdn);
  for (const pattern of NETWORKS) {
    const found = pattern.exec(address);
    if (found) return pick(found[1], found[2] ?? "", found[3] ?? "", cdn);
  }
  return null;
}

// Of a package whose style sheet is held, its script where that is asked for, and the other way round
function sameKind(path, asked, cdn) {
  const suffix = /\.(css|js)$/.exec(asked)?.[0];
  if (!suffix || path.endsWith(suffix)) return path;
  const name = /^cdn\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "";
  return pick(name, "", asked.slice(asked.lastIndexOf("/")), cdn) ?? path;
}

// The very file, else one of the same name, else the package's main file
function pick(name, version, rest, cdn) {
  const major = /^[~^v]?(\d+)/.exec(version)?.[1];
  const kept = cdn[`${name}@${major}`] ? `${name}@${major}` : name;
  if (rest && cdn[kept + rest]) return cdn[kept + rest];
  const own = Object.keys(cdn).filter((key) => key.startsWith(`${kept}/`));
  const stem = (path) =>
    path
      .split("/")
      .at(-1)
      .replace(/(\.min|\.prod|\.production|\.development)*\.(m?js|css)$/, "");
  const suffix = rest.endsWith(".css") ? ".css" : ".js";
  const same = rest && own.find((key) => key.endsWith(suffix) && stem(key) === stem(rest));
  if (same) return cdn[same];
  const main = cdn[kept];
  return main && (!rest || main.endsWith(suffix)) ? main : null;
}

// The families that a style sheet of Google's asks for → our copies of them, and the names of those without one
export function findFonts(address, { fonts = {} }) {
  const asked = new URL(address, "https://fonts.invalid/").searchParams.getAll("family");
  const names = asked
    .flatMap((each) => each.split("|"))
    .map((each) => each.split(":")[0].replaceAll("+", " "));
  if (/\/icon$/.test(address.split("?")[0])) names.push("Material Icons");
  return {
    paths: names.map((name) => fonts[name]).filter(Boolean),
    missing: names.filter((name) => !fonts[name]),
  };
}

// A copy as a URL that holds all of it
export async function copyUrl(runtime, path) {
  const text = await (await runtime.get(path)).text();
  return assetUrl(
    path,
    path.endsWith(".css") ? await inlineRuntimeStyle(text, path, runtime.base) : text,
  );
}
