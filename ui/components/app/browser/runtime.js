// The runtime's files, as this page fetches them: the sandbox itself has no network

export class Runtime {
  // `base`: the address of its folder, with a slash at its end; empty while there is none
  constructor(base) {
    this.base = base;
    this.manifest = { modules: {}, tools: {}, styles: {}, cdn: {}, python: {} };
  }

  async open() {
    if (this.base) this.manifest = await (await this.get("manifest.json")).json();
    return this;
  }

  async get(path) {
    const answer = await fetch(this.base + path);
    if (!answer.ok) throw new Error(`The runtime has no ${path}.`);
    return answer;
  }

  async buffer(path) {
    return (await this.get(path)).arrayBuffer();
  }

  // The bundles of Python packages that these files import
  bundlesFor(files) {
    const wanted = new Set();
    for (const [path, text] of Object.entries(files))
      if (path.endsWith(".py"))
        for (const [, names] of text.matchAll(
          /^[ \t]{0,80}(?:from|import)[ \t]+([\w., \t]{1,300})/gm,
        ))
          for (const name of names.split(",")) wanted.add(name.trim().split(/[. \t]/, 1)[0]);
    const bundles = this.manifest.python ?? {};
    const found = Object.keys(bundles).filter((name) =>
      bundles[name].provides.some((each) => wanted.has(each)),
    );
    return this.withRequired(found);
  }

  // Bundles with those that they need, which come first
  withRequired(names, found = []) {
    for (const name of names) {
      if (found.includes(name)) continue;
      this.withRequired(this.manifest.python[name]?.requires ?? [], found);
      if (!found.includes(name)) found.push(name);
    }
    return found;
  }
}
