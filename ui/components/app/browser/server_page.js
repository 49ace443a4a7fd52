// A page that the app's own back end answers, with what it refers to; a back end without pages shows its API's own
// page, by which it can be tried by hand.
import { decodePath, isOwnHost } from "./requests.js";
import { extension } from "./linker/urls.js";

export const API_PAGE = "/docs"; // FastAPI's
const TEXT = /^(text\/|application\/(json|javascript|xml|manifest\+json)|image\/svg)/;
const REFERENCES = "script[src], link[href], img[src], source[src], video[src], audio[src]";
const MAX_REFERENCES = 60;
const MAX_PAGE_BYTES = 8_000_000; // of one answer; a stream without an end is no page

export async function serverPage(session, path, asked) {
  if (!session.hasBackEnd) return null;
  const { turn } = session;
  const answer = await ask(session, path, { ...asked, isProbe: path === "/" });
  // While the back end started, a front end may have come that is shown by now.
  if (!answer || turn !== session.turn) return null;
  if (path === "/" && asked.method === "GET" && !isHtml(answer) && !session.framework) {
    const docs = await ask(session, API_PAGE, { method: "GET", isProbe: true });
    if (turn !== session.turn) return null;
    if (docs?.status === 200) return session.open(API_PAGE).then(() => null);
  }
  return isHtml(answer) ? htmlPage(session, path, answer) : textPage(session, path, answer);
}

const isHtml = (answer) => /html/.test(answer.type);

function ask(session, path, asked) {
  const url = new URL(path, location.origin);
  return new Promise((resolve) => {
    const answer = { status: 0, type: "", chunks: [] };
    let length = 0;
    session.requests.handle(
      { url: url.href, headers: [["accept", "text/html,*/*"]], ...asked },
      (part) => {
        if (part.head) {
          answer.status = part.head.status;
          answer.type =
            part.head.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
          answer.url = part.head.url;
        } else if (part.chunk) {
          answer.chunks.push(part.chunk);
          length += part.chunk.byteLength;
          if (length > MAX_PAGE_BYTES) resolve(null);
        } else resolve(part.failure ? null : answer);
      },
    );
  });
}

const textOf = async (answer) => new Blob(answer.chunks).text();

async function htmlPage(session, path, answer) {
  const html = await textOf(answer);
  // At this host, as everything of the app is: a back end knows itself by another name.
  const { pathname, search } = new URL(answer.url ?? path, location.origin);
  const own = new URL(pathname + search, location.origin);
  const page = `${own.pathname.replace(/^\/|\/$/g, "").replace(/\.html?$/, "") || "index"}.html`;
  const files = { [page]: html };
  const found = new DOMParser().parseFromString(html, "text/html").querySelectorAll(REFERENCES);
  const paths = [...found].map(
    (element) => element.getAttribute("src") ?? element.getAttribute("href"),
  );
  await Promise.all(
    [...new Set(paths)].slice(0, MAX_REFERENCES).map((each) => addFile(session, files, each, own)),
  );
  const shown = own.pathname + own.search;
  return { ...(await session.build({ files, page, framework: null, path: shown })), path: shown };
}

async function addFile(session, files, reference, page) {
  if (!URL.canParse(reference, page)) return;
  const url = new URL(reference, page);
  if (!isOwnHost(url) || /^(data|blob):/.test(reference)) return;
  const answer = await ask(session, url.pathname + url.search, { method: "GET", isProbe: true });
  if (answer?.status !== 200) return;
  const name = decodePath(url.pathname).slice(1);
  files[name] =
    TEXT.test(answer.type) || !extension(name) ? await textOf(answer) : await base64(answer);
}

async function base64(answer) {
  const reader = new FileReader();
  const done = new Promise((resolve) => (reader.onload = resolve));
  reader.readAsDataURL(new Blob(answer.chunks));
  await done;
  return `base64:${reader.result.split(",")[1] ?? ""}`;
}

// What is no page is shown as text, as a browser would
async function textPage(session, path, answer) {
  const text = await textOf(answer);
  const page = document.implementation.createHTMLDocument(path);
  const block = page.body.appendChild(page.createElement("pre"));
  block.textContent = /json/.test(answer.type) ? pretty(text) : text.slice(0, 200_000);
  return session.build({
    files: { "answer.html": `<!doctype html>${page.documentElement.outerHTML}` },
    page: "answer.html",
    framework: null,
    path,
  });
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
