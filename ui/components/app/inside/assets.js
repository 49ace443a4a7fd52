// Pictures and media that the app names while it runs: fetched like its other requests, shown from memory
const LOADED = "img, source, video, audio, image, input[type=image]";
const addressesOf = ({ localName }) => (localName === "image" ? ["href"] : ["src", "srcset"]);

const isRemote = (value) => value && !/^(data|blob|#|about:|javascript:)/i.test(value);
const DESCRIPTOR = /^[\d.]{1,9}[wxh]$/; // the width or density behind an address of a `srcset`
const fetchUrl = async (value) => {
  const answer = await fetch(new URL(value, document.baseURI));
  if (!answer.ok) throw new Error(`${answer.status}`);
  return URL.createObjectURL(await answer.blob());
};
const fetchSet = async (value) => {
  const parts = value.split(/(\s*,\s*|\s+)/);
  const isAddress = (part) => /[^\s,]/.test(part) && !DESCRIPTOR.test(part);
  const urls = await Promise.all(parts.map((part) => (isAddress(part) ? fetchUrl(part) : part)));
  return urls.join("");
};
const load = async (element, name, value) => {
  try {
    setNative.call(element, name, await (name === "srcset" ? fetchSet : fetchUrl)(value));
  } catch {
    element.dispatchEvent(new Event("error"));
  }
};
const setNative = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  const own = String(name).toLowerCase();
  if (addressesOf(this).includes(own) && isRemote(String(value)) && this.matches(LOADED))
    load(this, own, String(value));
  else setNative.call(this, name, value);
};
const catchAddress = (type, name) => {
  const { get, set } = Object.getOwnPropertyDescriptor(type.prototype, name);
  replace(type.prototype, name, {
    get,
    set(value) {
      if (isRemote(String(value))) load(this, name, String(value));
      else set.call(this, value);
    },
  });
};
for (const type of [HTMLImageElement, HTMLSourceElement, HTMLMediaElement])
  catchAddress(type, "src");
for (const type of [HTMLImageElement, HTMLSourceElement]) catchAddress(type, "srcset");
// Those that come as text, by innerHTML
const takeOver = (element) => {
  for (const name of addressesOf(element)) {
    const value = element.getAttribute(name);
    if (!isRemote(value)) continue;
    element.removeAttribute(name);
    load(element, name, value);
  }
};
new MutationObserver((records) => {
  for (const { addedNodes } of records)
    for (const node of addedNodes) {
      if (node.nodeType !== 1) continue;
      if (node.matches(LOADED)) takeOver(node);
      for (const element of node.querySelectorAll(LOADED)) takeOver(element);
    }
}).observe(document, { childList: true, subtree: true });

// What the linked modules call
const sheets = new Map();
globalThis.__livewright = {
  get location() {
    return ownLocation;
  },
  set location(url) {
    leave(url);
  },
  style(path, text) {
    if (!sheets.has(path))
      sheets.set(path, document.head.appendChild(document.createElement("style")));
    const sheet = sheets.get(path);
    // Tailwind's script, which the page has then, reads its own kind and makes the style sheet of it.
    if (/@import\s{1,9}["']tailwindcss|@apply\s|@theme\b/.test(text))
      sheet.type = "text/tailwindcss";
    sheet.textContent = text;
  },
  meta: (path) => ({
    env: {
      MODE: "development",
      DEV: true,
      PROD: false,
      SSR: false,
      BASE_URL: "/",
      ...config.environment,
    },
    url: new URL(`/${path}`, document.baseURI).href,
  }),
};
window.process ??= { env: { NODE_ENV: "development", ...config.environment } };
window.global ??= window;
