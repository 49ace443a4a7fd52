// Files as `data:` URLs, and what a file's name says of it

const MIME_TYPES = {
  ".avif": "image/avif",
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".htm": "text/html",
  ".html": "text/html",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".md": "text/markdown",
  ".mjs": "text/javascript",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

export const extension = (path) => /\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? "";

export const mimeType = (path) => MIME_TYPES[extension(path)] ?? "text/plain";

export function dataUrl(mime, text) {
  return `data:${mime};charset=utf-8,${encodeURIComponent(text.toWellFormed())}`;
}

// A file's text, or its bytes where they are no text: those come as `base64:…`
export function assetUrl(path, text) {
  const mime = mimeType(path);
  return text.startsWith("base64:") ? `data:${mime};base64,${text.slice(7)}` : dataUrl(mime, text);
}
