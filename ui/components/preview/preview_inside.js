// Runs in the previewed page before anything of it. The page has no network, no storage and no dialogs there: what apps
// nearly always use gets a stand-in, what they say and what goes wrong is told to the page around. Nothing is protected
// here (a page can undo all of it): the frame's sandbox and the headers of its document do that.
(() => {
  const here = document.currentScript.dataset.page;
  const LONGEST = 500;
  const tell = (kind, text, where = "") => {
    if (parent !== window) parent.postMessage({ livewright: kind, text: String(text).slice(0, LONGEST), where }, "*");
  };

  // What the page says
  const shown = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
    try {
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    } catch {
      return String(value);
    }
  };
  for (const kind of ["debug", "log", "info", "warn", "error"]) {
    const original = console[kind];
    console[kind] = (...values) => {
      original.apply(console, values);
      tell(kind, values.map(shown).join(" "));
    };
  }
  const place = (file, line) => `${/^(data|https?|about):/.test(file) ? here : file}${line ? `:${line}` : ""}`;
  addEventListener("error", (event) => {
    if (event.message) tell("error", event.message, place(event.filename, event.lineno));
  });
  addEventListener("unhandledrejection", (event) => tell("error", `Not handled: ${shown(event.reason)}`));
  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    const near = blockedURI.startsWith(location.origin) && !/^(connect|form)/.test(effectiveDirective);
    if (near) tell("warn", `${blockedURI.split("/").at(-1)} is not among the finished files`);
    else tell("network", blockedURI);
  });

  // Storage, for as long as the page is there
  const storage = () => {
    const values = new Map();
    const methods = {
      getItem: (key) => values.get(String(key)) ?? null,
      setItem: (key, value) => void values.set(String(key), String(value)),
      removeItem: (key) => void values.delete(String(key)),
      clear: () => values.clear(),
      key: (index) => [...values.keys()][index] ?? null,
    };
    return new Proxy(methods, {
      get: (_, key) => (key === "length" ? values.size : (methods[key] ?? values.get(key))),
      set: (_, key, value) => (values.set(key, String(value)), true),
      has: (_, key) => key in methods || values.has(key),
      deleteProperty: (_, key) => (values.delete(key), true),
      ownKeys: () => [...values.keys()],
      getOwnPropertyDescriptor: (_, key) =>
        values.has(key)
          ? { value: values.get(key), configurable: true, enumerable: true, writable: true }
          : undefined,
    });
  };
  const standIn = (target, name, descriptor) => Object.defineProperty(target, name, { configurable: true, ...descriptor });
  standIn(window, "localStorage", { value: storage() });
  standIn(window, "sessionStorage", { value: storage() });
  const cookies = new Map();
  standIn(document, "cookie", {
    get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    set: (text) => {
      const [pair] = String(text).split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    },
  });

  // Dialogs
  window.alert = (text = "") => tell("alert", text);
  window.confirm = (text = "") => (tell("confirm", `${text} (taken as yes)`), true);
  window.prompt = (text = "", value = "") => (tell("prompt", `${text} (taken as “${value}”)`), String(value));
  window.print = () => {};

  // No policy of a document speaks of WebRTC: whoever does not look for it in a frame of his own does without
  delete window.RTCPeerConnection;
  delete window.webkitRTCPeerConnection;

  // Addresses of a router: this document may not change its own
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name].bind(history);
    history[name] = (state, title) => original(state, title);
  }

  // Links: to another page of the project the page around leads, nowhere else does anything
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], area[href]");
    if (!link || event.defaultPrevented) return;
    const address = link.getAttribute("href").trim();
    if (address.startsWith("#") || /^javascript:/i.test(address)) return;
    event.preventDefault();
    const url = new URL(address, new URL(encodeURI(here), "project:///"));
    if (url.protocol === "project:") tell("page", decodeURIComponent(url.pathname).replace(/^\/+/, ""), url.hash);
    else tell("info", `A link to ${url.href} is not followed in the preview.`);
  });

  // Forms: without the sandbox's leave to send them a browser does not even ask the page
  const submit = (form, submitter, checked = true) => {
    if (checked && !form.noValidate && !submitter?.formNoValidate && !form.reportValidity()) return;
    const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter });
    if (!form.dispatchEvent(event)) return;
    if (form.method === "dialog") form.closest("dialog")?.close(submitter?.value ?? "");
    else tell("network", form.getAttribute("action") || "a form");
  };
  const isSubmit = (button) => button?.form && ["submit", "image"].includes(button.type) && !button.disabled;
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button, input");
    if (event.defaultPrevented || !isSubmit(button)) return;
    event.preventDefault();
    submit(button.form, button);
  });
  addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (!(field instanceof HTMLInputElement) || !field.form || isSubmit(field)) return;
    if ([...field.form.elements].some(isSubmit)) return; // the browser presses that one
    event.preventDefault();
    submit(field.form, null);
  });
  HTMLFormElement.prototype.requestSubmit = function (submitter = null) {
    submit(this, submitter);
  };
  HTMLFormElement.prototype.submit = function () {
    tell("network", this.getAttribute("action") || "a form");
  };
})();
