// The first part of what runs in an app's page before any script of its own: `config` is known to all parts, which
// are joined into one function. What the page logs or fails at is sent to the page around it. Nothing here protects
// anybody, for the app can undo it: the frame's sandbox and the headers of its document do.
const MAX_MESSAGE_LENGTH = 500; // characters
const MAX_CONSOLE_MESSAGES = 150; // of one load; later ones are only counted
const COUNT_INTERVAL = 500; // ms between two messages of how many were left out
const BLANK_LOOKS = 1; // after the first one
const BLANK_DELAY = 2500; // ms after which a page that shows nothing is told of

const post = parent.postMessage.bind(parent);
const send = (kind, detail = {}, transfer = []) => {
  if (parent !== window) post({ livewright: kind, ...detail }, "*", transfer);
};
const cut = (text) => String(text).slice(0, MAX_MESSAGE_LENGTH);

let consoleCount = 0;
let countTimer = null;
const log = (kind, describeMessage, place = {}) => {
  consoleCount++;
  if (consoleCount <= MAX_CONSOLE_MESSAGES) send(kind, { text: cut(describeMessage()), ...place });
  else
    countTimer ??= setTimeout(() => {
      countTimer = null;
      send("left-out", { count: consoleCount - MAX_CONSOLE_MESSAGES });
    }, COUNT_INTERVAL);
};
const describe = (value) => {
  if (typeof value === "string") return value.slice(0, MAX_MESSAGE_LENGTH);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
  try {
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  } catch {
    return String(value);
  }
};
// `%s` and its kin, as browsers print them
const format = (values) => {
  if (typeof values[0] !== "string" || !values[0].includes("%"))
    return values.map(describe).join(" ");
  const [pattern, ...rest] = values;
  const text = pattern.slice(0, MAX_MESSAGE_LENGTH).replace(/%[sdifoOc]/g, (mark) => {
    const value = rest.shift();
    return mark === "%c" ? "" : describe(value);
  });
  return [text, ...rest.map(describe)].join(" ");
};
for (const kind of ["debug", "log", "info", "warn", "error"]) {
  const original = console[kind];
  console[kind] = (...values) => {
    original.apply(console, values);
    // Frameworks catch what a component throws, and print it.
    const thrown = kind === "error" && values.find((value) => value instanceof Error);
    if (thrown) log("uncaught", () => describe(thrown), placeOf(thrown));
    else log(kind, () => format(values));
  };
}
// The file and line where an error came from: the first of the app's own in its stack
function placeOf(error) {
  const lines = String(error?.stack ?? "")
    .slice(0, 20_000)
    .split("\n");
  for (const line of lines) {
    const found =
      /([\w@./+-]{1,200}\.(?:[cm]?[jt]sx?|vue|svelte|html?)):(\d{1,7})(?::\d{1,7})?\)?$/.exec(
        line.slice(-300),
      );
    if (found && !line.includes("://"))
      return { path: found[1].replace(/^[(@]/, ""), line: Number(found[2]) };
  }
  return {};
}
const sourcePlace = ({ filename, lineno, error }) => {
  if (filename && !/^(data|https?|about|blob):/.test(filename))
    return { path: filename, line: lineno };
  return error ? placeOf(error) : {};
};
addEventListener("error", (event) => {
  if (event.message && !/^ResizeObserver loop/.test(event.message))
    log("uncaught", () => event.message, sourcePlace(event));
});
addEventListener("unhandledrejection", (event) =>
  log("uncaught", () => `Not handled: ${describe(event.reason)}`, placeOf(event.reason)),
);
document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
  if (/^(img|media)/.test(effectiveDirective)) return; // those are fetched in another way
  log("sandbox", () => `The sandbox has no network, so ${blockedURI} is not loaded.`);
});
// A page that is still at work, or is shown by a busy machine, gets its time: it is looked at again before it is said.
const hasContent = () =>
  document.body?.innerText.trim() ||
  document.querySelector("img, canvas, svg, input, video, iframe");
const lookForContent = (looks) => {
  if (hasContent()) return;
  if (looks) requestAnimationFrame(() => setTimeout(lookForContent, BLANK_DELAY, looks - 1));
  else send("blank");
};
addEventListener("load", () => setTimeout(lookForContent, BLANK_DELAY, BLANK_LOOKS));
