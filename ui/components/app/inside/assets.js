// Pictures and media that the app names while it runs: fetched like its other requests, shown from memory
const LOADED = "img, source, video, audio, image, input[type=image]";
const ADDRESS_ATTRIBUTES = { image: "href" };

const isRemote = (value) => value && !/^(data|blob|#|about:|javascript:)/i.test(value);
const load = async (element, name, value) => {
  try {
    const answer = await fetch(new URL(value, document.baseURI));
    if (!answer.ok) throw new Error(`${answer.status}`);
    const url = URL.createObjectURL(await answer.blob());
    setNative.call(element, name, url);
  } catch {
    element.dispatchEvent(new Event("error"));
  }
};
const setNative = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  const own = ADDRESS_ATTRIBUTES[this.localName] ?? "src";
  if (String(name).toLowerCase() === own && isRemote(String(value)) && this.matches(LOADED))
    load(this, own, String(value));
  else setNative.call(this, name, value);
};
for (const type of [HTMLImageElement, HTMLSourceElement, HTMLMediaElement]) {
  const { get, set } = Object.getOwnPropertyDescriptor(type.prototype, "src");
  replace(type.prototype, "src", {
    get,
    set(value) {
      if (isRemote(String(value))) load(this, "src", String(value));
      else set.call(this, value);
    },
  });
}
// Those that come as text, by innerHTML
const takeOver = (element) => {
  const name = ADDRESS_ATTRIBUTES[element.localName] ?? "src";
  const value = element.getAttribute(name);
  if (!isRemote(value)) return;
  element.removeAttribute(name);
  load(element, name, value);
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
