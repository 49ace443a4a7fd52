// A stand-in for Express: what generated back ends use of it. `request` and `response` are plain objects here, since
// there is no server below them.
const METHODS = ["get", "post", "put", "patch", "delete", "options", "head", "all"];
const MAX_STEPS = 1000; // handlers of one request

// "/todos/:id" → a pattern and the names in it
function compilePath(path, isPrefix) {
  if (path instanceof RegExp) return { pattern: path, names: [] };
  const names = [];
  const source = String(path)
    .slice(0, 1000)
    .replace(/\/$/, "")
    .replace(/[.+^$()|[\]\\]/g, "\\$&")
    .replace(/\{?\/:(\w+)\}?(\??)/g, (_, name, optional) => {
      names.push(name);
      return optional ? "(?:/([^/]+))?" : "/([^/]+)";
    })
    .replace(/\/?\*(\w*)/g, (_, name) => {
      names.push(name || "0");
      return "(?:/(.*))?";
    });
  return { pattern: new RegExp(`^${source}${isPrefix ? "(?=/|$)" : "/?$"}`, "i"), names };
}

function createRouter() {
  const layers = [];
  const router = (request, response, next) => handle(layers, request, response, next);
  router.stack = layers;
  const add = (path, handlers, method, isPrefix) => {
    for (const handler of handlers.flat(9))
      layers.push({
        ...compilePath(path, isPrefix),
        handler,
        method,
        isPrefix,
        isRoot: isPrefix && path === "/",
      });
    return router;
  };
  for (const method of METHODS)
    router[method] = (path, ...handlers) => add(path, handlers, method, false);
  router.use = (first, ...rest) => {
    const isPath = typeof first === "string" || first instanceof RegExp;
    return add(isPath ? first : "/", isPath ? rest : [first, ...rest], null, true);
  };
  router.route = (path) => {
    const route = {};
    for (const method of METHODS)
      route[method] = (...handlers) => {
        add(path, handlers, method, false);
        return route;
      };
    return route;
  };
  router.param = () => router;
  return router;
}

// Each handler in its turn; an error goes to the next one that takes four values
function handle(layers, request, response, done) {
  const path = request.path;
  let index = 0;
  let steps = 0;
  const next = (error) => {
    if (error === "route" || error === "router") error = undefined;
    if (++steps > MAX_STEPS)
      return done(new Error("This request goes from handler to handler without end."));
    while (index < layers.length) {
      const layer = layers[index++];
      const found = matchLayer(layer, path, request.method);
      if (!found || (layer.handler.length === 4) !== Boolean(error)) continue;
      request.params = { ...request.params, ...found.params };
      return run(layer, found, error, next);
    }
    request.path = path;
    return done(error);
  };
  const run = (layer, found, error, proceed) => {
    const before = [request.path, request.baseUrl];
    if (layer.isPrefix && !layer.isRoot) {
      request.path = path.slice(found.length) || "/";
      request.baseUrl += path.slice(0, found.length);
    }
    request.url = request.path + request.search;
    const resume = (failure) => {
      [request.path, request.baseUrl] = before;
      proceed(failure);
    };
    try {
      const result = error
        ? layer.handler(error, request, response, resume)
        : layer.handler(request, response, resume);
      if (typeof result?.catch === "function") result.catch(resume);
    } catch (failure) {
      resume(failure);
    }
  };
  next();
}

function matchLayer({ pattern, names, method, isRoot }, path, asked) {
  const verb = asked.toLowerCase();
  if (method && method !== "all" && method !== verb && !(method === "get" && verb === "head"))
    return null;
  if (isRoot) return { params: {}, length: 0 };
  const found = pattern.exec(path);
  if (!found) return null;
  const params = {};
  names.forEach((name, index) => {
    if (found[index + 1] !== undefined) params[name] = decodeText(found[index + 1]);
  });
  return { params, length: found[0].length };
}

// As it stands if it is wrongly encoded
function decodeText(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function createRequest({ method, path, query, headers, body }) {
  const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const search = query ? `?${query}` : "";
  const pairs = {};
  for (const [name, value] of new URLSearchParams(query))
    pairs[name] = name in pairs ? [pairs[name], value].flat() : value;
  const cookies = Object.fromEntries(
    (named.cookie ?? "")
      .split("; ")
      .filter(Boolean)
      .map((pair) => [pair.split("=")[0], decodeText(pair.slice(pair.indexOf("=") + 1))]),
  );
  return {
    method,
    path,
    search,
    url: path + search,
    originalUrl: path + search,
    baseUrl: "",
    headers: named,
    query: pairs,
    params: {},
    cookies,
    signedCookies: {},
    rawBody: new Uint8Array(body ?? 0),
    ip: "127.0.0.1",
    ips: [],
    protocol: "http",
    secure: false,
    hostname: "localhost",
    get: (name) => named[name.toLowerCase()],
    header: (name) => named[name.toLowerCase()],
    is: (type) => (named["content-type"] ?? "").includes(type),
    accepts: (types) => [types].flat()[0],
    listeners: [],
    // An app that answers without end stops at "close".
    on(name, listener) {
      if (name === "close") this.listeners.push(listener);
      return this;
    },
  };
}

// `send`: { head(status, headers), chunk(bytes), end() }
function createResponse(request, send) {
  const headers = new Map([["x-powered-by", "Express"]]);
  const cookies = [];
  const listeners = { finish: [], close: [] };
  const tellOfClose = () => {
    for (const listener of [...listeners.close, ...request.listeners]) listener();
  };
  const encode = (data) =>
    typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
  const response = {
    statusCode: 200,
    locals: {},
    headersSent: false,
    writableEnded: false,
    status(code) {
      response.statusCode = code;
      return response;
    },
    set(name, value) {
      if (typeof name === "object")
        for (const [key, each] of Object.entries(name)) response.set(key, each);
      else headers.set(name.toLowerCase(), String(value));
      return response;
    },
    get: (name) => headers.get(name.toLowerCase()),
    getHeader: (name) => headers.get(name.toLowerCase()),
    removeHeader: (name) => headers.delete(name.toLowerCase()),
    append: (name, value) =>
      response.set(name, [headers.get(name.toLowerCase()), value].filter(Boolean).join(", ")),
    vary: () => response,
    type: (type) => response.set("content-type", type.includes("/") ? type : `text/${type}`),
    location: (url) => response.set("location", url),
    links: () => response,
    cookie(name, value, { maxAge, httpOnly, path = "/" } = {}) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const age = maxAge === undefined ? "" : `; Max-Age=${Math.round(maxAge / 1000)}`;
      cookies.push(
        `${name}=${encodeURIComponent(text)}; Path=${path}${age}${httpOnly ? "; HttpOnly" : ""}`,
      );
      return response;
    },
    clearCookie: (name) => response.cookie(name, "", { maxAge: 0 }),
    writeHead(code, more = {}) {
      response.status(code).set(more);
      return response;
    },
    flushHeaders() {
      if (response.headersSent) return;
      response.headersSent = true;
      send.head(response.statusCode, [
        ...headers,
        ...cookies.map((cookie) => ["set-cookie", cookie]),
      ]);
    },
    write(data) {
      if (response.writableEnded) return false;
      response.flushHeaders();
      send.chunk(encode(data));
      return true;
    },
    end(data) {
      if (response.writableEnded) return response;
      if (data !== undefined && data !== null && request.method !== "HEAD") response.write(data);
      response.flushHeaders();
      response.writableEnded = true;
      send.end();
      for (const listener of listeners.finish) listener();
      tellOfClose();
      return response;
    },
    // Nobody reads it any more.
    destroy() {
      if (response.writableEnded) return;
      response.writableEnded = true;
      tellOfClose();
    },
    json(value) {
      if (!headers.has("content-type"))
        response.set("content-type", "application/json; charset=utf-8");
      return response.end(JSON.stringify(value) ?? "");
    },
    send(value) {
      if (value === undefined || value === null) return response.end();
      if (typeof value === "object" && !ArrayBuffer.isView(value)) return response.json(value);
      if (typeof value !== "string" && !ArrayBuffer.isView(value)) return response.json(value);
      if (!headers.has("content-type")) response.set("content-type", "text/html; charset=utf-8");
      return response.end(value);
    },
    sendStatus: (code) => response.status(code).set("content-type", "text/plain").end(String(code)),
    redirect(code, url) {
      const [status, target] = url === undefined ? [302, code] : [code, url];
      return response.status(status).location(target).end();
    },
    sendFile: (path) => sendFile(response, path),
    on(name, listener) {
      listeners[name]?.push(listener);
      return response;
    },
  };
  response.header = response.setHeader = response.set;
  response.contentType = response.type;
  response.jsonp = response.json;
  response.once = response.on;
  return response;
}

function sendFile(response, path) {
  const text = projectFile(path);
  if (text === undefined) return response.status(404).end("Not Found");
  const types = {
    html: "text/html",
    css: "text/css",
    js: "text/javascript",
    json: "application/json",
    svg: "image/svg+xml",
  };
  return response.type(types[path.split(".").at(-1)] ?? "text/plain").end(text);
}

const readBody = (read) => (request, _response, next) => {
  if (request.body === undefined && request.rawBody.length)
    try {
      const value = read(
        new TextDecoder().decode(request.rawBody),
        request.headers["content-type"] ?? "",
      );
      if (value !== undefined) request.body = value;
    } catch (error) {
      return next(Object.assign(new SyntaxError(error.message), { status: 400 }));
    }
  return next();
};
const express = () => {
  const app = createRouter();
  const settings = {};
  const getRoute = app.get;
  app.get = (name, ...handlers) => (handlers.length ? getRoute(name, ...handlers) : settings[name]);
  app.set = (name, value) => {
    settings[name] = value;
    return app;
  };
  for (const name of ["enable", "disable", "engine"]) app[name] = () => app;
  app.locals = {};
  app.listen = (...values) => {
    host.app = app;
    queueMicrotask(() => values.find((value) => typeof value === "function")?.());
    return { close: () => {}, address: () => ({ port: 3000 }), on: () => {} };
  };
  host.app ??= app;
  return app;
};
express.Router = createRouter;
express.json = () =>
  readBody((text, type) => (type.includes("json") ? JSON.parse(text) : undefined));
express.urlencoded = () =>
  readBody((text, type) =>
    type.includes("urlencoded") ? Object.fromEntries(new URLSearchParams(text)) : undefined,
  );
express.text = () => readBody((text, type) => (type.startsWith("text/") ? text : undefined));
express.raw = () => (_request, _response, next) => next();
express.static = (folder) => (request, response, next) => {
  const root = String(folder).replace(/\/$/, "");
  for (const path of [request.path, `${request.path.replace(/\/$/, "")}/index.html`])
    if (/^(GET|HEAD)$/.test(request.method) && projectFile(root + path) !== undefined)
      return sendFile(response, root + path);
  return next();
};
express.default = express;
