// The scripts of a page, read without a document: on the server there is none

const PARTS = /<!--[^]*?-->|<script\b((?:[^>"']|"[^"]*"|'[^']*')*)>([^]*?)<\/script\s*>/gi;
const ATTRIBUTE = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s]+)))?/g;
const PLAIN_TYPES =
  /^(module|text\/javascript|application\/javascript|application\/x-javascript)?$/;

// `scripts`: { address, isModule, text, line } each, `address` null for one whose text is in the page;
// `names`: what the page's own import maps say; `isOwnStart`: whether the page may start the app by a plain script
export function pageScripts(html) {
  const scripts = [];
  const names = {};
  let position = 0;
  let line = 1;
  let isOwnStart = false;
  for (const { 0: whole, 1: attributes, 2: text, index } of html.matchAll(PARTS)) {
    line += html.slice(position, index).split("\n").length - 1;
    position = index;
    if (whole.startsWith("<!--")) continue;
    const values = readAttributes(attributes);
    const type = (values.get("type") ?? "").toLowerCase();
    isOwnStart ||= type !== "module" && type !== "importmap";
    if (type === "importmap") Object.assign(names, readNames(text));
    else if (PLAIN_TYPES.test(type))
      scripts.push({ address: values.get("src") ?? null, isModule: type === "module", text, line });
  }
  return { scripts, names, isOwnStart };
}

function readAttributes(text) {
  const values = new Map();
  for (const [, name, ...quoted] of text.matchAll(ATTRIBUTE))
    if (!values.has(name.toLowerCase()))
      values.set(name.toLowerCase(), quoted.find((each) => each !== undefined) ?? "");
  return values;
}

function readNames(text) {
  try {
    return JSON.parse(text).imports ?? {};
  } catch {
    return {}; // the browser tells it
  }
}
