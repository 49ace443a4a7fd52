// Addresses: a router's are the document's own; links and forms that lead to another page go to the page around,
// which shows that page of the app
const NO_PAGE = /^(javascript|mailto|tel|data|blob|about):/i;

const address = () => location.pathname + location.search + location.hash;
const report = () => send("address", { text: address().slice(0, 2000) });
try {
  history.replaceState(history.state, "", config.path);
} catch {}
for (const name of ["pushState", "replaceState"]) {
  const original = history[name].bind(history);
  history[name] = (state, title, url) => {
    original(state, title, url);
    send("address", { text: address().slice(0, 2000), isNew: name === "pushState" });
  };
}
addEventListener("popstate", report);
addEventListener("hashchange", report);

const isOwn = (url) =>
  url.host === location.host || /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])$/.test(url.hostname);
const navigate = (url, detail = {}) => {
  if (isOwn(url))
    send(
      "navigate",
      {
        url: url.pathname + url.search,
        hash: url.hash,
        isBackEnd: url.host !== location.host,
        ...detail,
      },
      detail.body ? [detail.body] : [],
    );
  else log("sandbox", () => `A link to ${url.href} is not followed in the sandbox.`);
};
// What linked scripts have in the place of `location`, which nothing can replace
const leave = (url) => navigate(new URL(url, document.baseURI));
const ownLocation = new Proxy(
  {},
  {
    get(_, name) {
      if (name === "assign" || name === "replace") return leave;
      if (name === "reload") return () => leave(address());
      if (name === Symbol.toPrimitive || name === "toString") return () => location.href;
      return location[name];
    },
    set(_, name, value) {
      if (name === "href") leave(value);
      else location[name] = value;
      return true;
    },
  },
);
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href], area[href]");
  if (!link || event.defaultPrevented) return;
  if (link.hasAttribute("download")) {
    event.preventDefault();
    offerFile(link);
    return;
  }
  const target = link.getAttribute("href").trim();
  if (NO_PAGE.test(target)) return;
  if (target.startsWith("#")) {
    // As the document's base may be another, the browser would take this for another page.
    event.preventDefault();
    location.hash = target;
    return;
  }
  event.preventDefault();
  navigate(new URL(target, document.baseURI));
});

const submit = async (form, submitter) => {
  const method = (submitter?.getAttribute("formmethod") ?? form.method).toUpperCase();
  if (method === "DIALOG") return;
  const url = new URL(
    submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? address(),
    document.baseURI,
  );
  const data = new FormData(form, submitter);
  if (method === "GET") {
    url.search = new URLSearchParams(
      [...data].map(([name, value]) => [name, String(value.name ?? value)]),
    ).toString();
    return navigate(url);
  }
  const isMultipart = form.enctype === "multipart/form-data";
  const body = isMultipart
    ? data
    : new URLSearchParams([...data].map(([name, value]) => [name, String(value.name ?? value)]));
  const request = new Request(url, { method: "POST", body });
  navigate(url, { method, headers: [...request.headers], body: await request.arrayBuffer() });
};
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  event.preventDefault();
  submit(event.target, event.submitter);
});
HTMLFormElement.prototype.submit = function () {
  submit(this, null);
};
window.open = (url) => {
  if (url) navigate(new URL(url, document.baseURI));
  return null;
};
