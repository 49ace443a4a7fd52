// Which of an app's files are what
import { normalize } from "./resolver.js";

const CODE = /\.([cm]?[jt]sx?|vue|svelte)$/;

export const isPage = (path) => /\.html?$/i.test(path);

// What a visitor sees first: the `index.html` nearest to the root, else the first page; "" if there is none
export function findStartPage(files) {
  const depth = (path) => path.split("/").length;
  const templates = templateNames(files);
  const pages = Object.keys(files).filter(
    (path) => isPage(path) && !templates.has(path.split("/").at(-1)),
  );
  const rank = (path) => (/(^|\/)index\.html?$/i.test(path) ? 0 : 1000) + depth(path);
  return pages.sort((a, b) => rank(a) - rank(b))[0] ?? "";
}

// The names of files that are no page, but the template of a component of Angular
function templateNames(files) {
  const names = new Set();
  for (const [path, text] of Object.entries(files))
    if (path.endsWith(".ts"))
      for (const [, address] of text.matchAll(
        /\btemplateUrl\s{0,9}:\s{0,9}["'`]([^"'`\n]{1,300})/g,
      ))
        names.add(address.split("/").at(-1));
  return names;
}

// What a back end calls itself
const OWN_SERVER = /^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d{1,5})?(?=\/)/;

// The path of the file that a page refers to; undefined where that is outside of the app, or not there
export function findFile(files, page, address) {
  const bare = address.split(/[?#]/, 1)[0].replace("%PUBLIC_URL%", "").replace(OWN_SERVER, "");
  if (isOutside(bare)) return undefined;
  const folder = page.replace(/[^/]*$/, "");
  const decoded = decode(bare);
  const candidates = decoded.startsWith("/")
    ? [decoded.slice(1), folder + decoded.slice(1), `public${decoded}`, `static${decoded}`]
    : [folder + decoded, decoded, `public/${decoded}`];
  return candidates.map(normalize).find((path) => Object.hasOwn(files, path));
}

// Whether an address names nothing among the app's files, by its form alone
export const isOutside = (address) => !address || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(address);

function decode(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

// What the app may ask for by its address while it runs: address → [MIME type and text]
export function staticFiles(files, page) {
  const found = {};
  const folder = page.replace(/[^/]*$/, "");
  for (const path of Object.keys(files)) {
    if (CODE.test(path) && !path.endsWith(".js")) continue;
    const address = path.startsWith(folder) ? path.slice(folder.length) : path;
    found[`/${path}`] = path;
    found[`/${address}`] ??= path;
    if (address.startsWith("public/")) found[address.slice(6)] ??= path;
  }
  return found;
}
