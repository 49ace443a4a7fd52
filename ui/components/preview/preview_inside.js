// Runs in the previewed page before any script of its own. The page has no network, no storage and no
// dialogs: the most used of these are replaced here, and what the page logs or fails at is sent to the
// preview around it. Nothing here protects anybody, for the page can undo it: the frame's sandbox and the
// headers of its document do.
(() => {
  const pagePath = document.currentScript.dataset.page;
  const MAX_MESSAGE_LENGTH = 500; // characters
  const MAX_CONSOLE_MESSAGES = 150; // of one load; later ones are only counted
  const COUNT_INTERVAL = 500; // ms between two messages of how many were left out
  const send = (kind, text, where = "") => {
    if (parent === window) return;
    const message = { livewright: kind, text: String(text).slice(0, MAX_MESSAGE_LENGTH), where };
    parent.postMessage(message, "*");
  };

  // Console and errors
  let consoleCount = 0;
  let countTimer = null;
  const log = (kind, describeMessage, where) => {
    consoleCount++;
    if (consoleCount <= MAX_CONSOLE_MESSAGES) send(kind, describeMessage(), where);
    else
      countTimer ??= setTimeout(() => {
        countTimer = null;
        send("left-out", consoleCount - MAX_CONSOLE_MESSAGES);
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
  for (const kind of ["debug", "log", "info", "warn", "error"]) {
    const original = console[kind];
    console[kind] = (...values) => {
      original.apply(console, values);
      log(kind, () => values.map(describe).join(" "));
    };
  }
  const sourcePlace = (file, line) => {
    const path = /^(data|https?|about):/.test(file) ? pagePath : file;
    return line ? `${path}:${line}` : path;
  };
  addEventListener("error", (event) => {
    if (event.message) log("error", () => event.message, sourcePlace(event.filename, event.lineno));
  });
  addEventListener("unhandledrejection", (event) =>
    log("error", () => `Not handled: ${describe(event.reason)}`),
  );
  document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    const isMissingFile =
      blockedURI.startsWith(location.origin) && !/^(connect|form)/.test(effectiveDirective);
    if (isMissingFile)
      log("warn", () => `${blockedURI.split("/").at(-1)} is not among the finished files`);
    else log("network", () => blockedURI);
  });

  // Storage that lasts as long as the page
  const memoryStorage = () => {
    const values = new Map();
    const methods = {
      getItem: (key) => values.get(String(key)) ?? null,
      setItem: (key, value) => {
        values.set(String(key), String(value));
      },
      removeItem: (key) => {
        values.delete(String(key));
      },
      clear: () => values.clear(),
      key: (index) => [...values.keys()][index] ?? null,
    };
    return new Proxy(methods, {
      get: (_, key) => (key === "length" ? values.size : (methods[key] ?? values.get(key))),
      set: (_, key, value) => {
        values.set(key, String(value));
        return true;
      },
      has: (_, key) => key in methods || values.has(key),
      deleteProperty: (_, key) => {
        values.delete(key);
        return true;
      },
      ownKeys: () => [...values.keys()],
      getOwnPropertyDescriptor: (_, key) => {
        if (!values.has(key)) return undefined;
        return { value: values.get(key), configurable: true, enumerable: true, writable: true };
      },
    });
  };
  const replace = (target, name, descriptor) =>
    Object.defineProperty(target, name, { configurable: true, ...descriptor });
  replace(window, "localStorage", { value: memoryStorage() });
  replace(window, "sessionStorage", { value: memoryStorage() });
  const cookies = new Map();
  replace(document, "cookie", {
    get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    set: (text) => {
      const [pair] = String(text).split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    },
  });

  // Dialogs
  window.alert = (text = "") => log("alert", () => text);
  window.confirm = (text = "") => {
    log("confirm", () => `${text} (taken as yes)`);
    return true;
  };
  window.prompt = (text = "", value = "") => {
    log("prompt", () => `${text} (taken as “${value}”)`);
    return String(value);
  };
  window.print = () => {};

  // No content security policy covers WebRTC. A page can still find it in a frame that it makes.
  delete window.RTCPeerConnection;
  delete window.webkitRTCPeerConnection;

  // The addresses of a client-side router: this document may not change its own
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name].bind(history);
    history[name] = (state, title) => original(state, title);
  }

  // Links: the preview around opens another page of the project; nothing else is followed
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], area[href]");
    if (!link || event.defaultPrevented) return;
    const address = link.getAttribute("href").trim();
    if (address.startsWith("#") || /^javascript:/i.test(address)) return;
    event.preventDefault();
    const url = new URL(address, new URL(encodeURI(pagePath), "project:///"));
    if (url.protocol === "project:") {
      send("page", decodeURIComponent(url.pathname).replace(/^\/+/, ""), url.hash);
    } else {
      send("info", `A link to ${url.href} is not followed in the preview.`);
    }
  });

  // Forms: in a sandbox that does not allow them, a browser fires no submit event at all
  const submit = (form, submitter) => {
    const isChecked = !form.noValidate && !submitter?.formNoValidate;
    if (isChecked && !form.reportValidity()) return;
    const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter });
    if (!form.dispatchEvent(event)) return;
    if (form.method === "dialog") form.closest("dialog")?.close(submitter?.value ?? "");
    else send("network", form.getAttribute("action") || "a form");
  };
  const isSubmitButton = (button) =>
    button?.form && ["submit", "image"].includes(button.type) && !button.disabled;
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button, input");
    if (event.defaultPrevented || !isSubmitButton(button)) return;
    event.preventDefault();
    submit(button.form, button);
  });
  addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (!(field instanceof HTMLInputElement) || !field.form || isSubmitButton(field)) return;
    if ([...field.form.elements].some(isSubmitButton)) return; // the browser clicks that one
    event.preventDefault();
    submit(field.form, null);
  });
  HTMLFormElement.prototype.requestSubmit = function (submitter = null) {
    submit(this, submitter);
  };
  HTMLFormElement.prototype.submit = function () {
    send("network", this.getAttribute("action") || "a form");
  };
})();
