// The cookies of the app, as long as this page is open

export class CookieJar {
  constructor() {
    this.cookies = new Map(); // name → { value, isHidden }
  }

  // A `Set-Cookie` header, or what a script assigns to `document.cookie`
  set(text, isFromScript = false) {
    const [pair, ...attributes] = String(text).slice(0, 8192).split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at < 1 || (isFromScript && this.cookies.get(name)?.isHidden)) return;
    const named = new Map(
      attributes
        .map((each) => each.split("="))
        .map(([key, value = ""]) => [key.trim().toLowerCase(), value.trim()]),
    );
    const end = named.has("max-age")
      ? Date.now() + Number(named.get("max-age")) * 1000
      : Date.parse(named.get("expires"));
    if (end <= Date.now()) this.cookies.delete(name);
    else
      this.cookies.set(name, { value: pair.slice(at + 1).trim(), isHidden: named.has("httponly") });
  }

  // For the `Cookie` header
  get header() {
    return [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
  }

  // For `document.cookie`
  get visible() {
    return [...this.cookies]
      .filter(([, { isHidden }]) => !isHidden)
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  }
}
