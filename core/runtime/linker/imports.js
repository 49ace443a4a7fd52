// The imports of one module, each replaced by the name under which the browser finds it
import { RESERVED } from "./libraries.js";
import { inlineStyle, isStyle } from "./styles.js";

export class ImportRewriter {
  constructor(linker, path, lexer) {
    this.linker = linker;
    this.path = path;
    this.lexer = lexer;
  }

  async rewrite(code) {
    const [imports, exported] = this.lexer.parse(code, this.path);
    const parts = [];
    const targets = [];
    let position = 0;
    const lines = new LineCounter(code);
    for (const [index, each] of imports.entries()) {
      const text = each.type === "import-meta" ? this.meta() : this.specifier(each, code, lines);
      if (text === null) continue;
      targets[index] = text;
      parts.push(code.slice(position, each.start), text);
      position = each.end;
    }
    parts.push(code.slice(position));
    this.linker.exportCheck.addModule(`app:/${this.path}`, exported, targets);
    return parts.join("");
  }

  // `import.meta`
  meta() {
    return `globalThis.__livewright.meta(${JSON.stringify(this.path)})`;
  }

  specifier({ type, specifier: name, glob, start, importStart, importEnd }, code, lines) {
    if (!name || glob) return null; // an expression, known only when it runs
    const line = () => this.linker.sourceLine(this.path, lines.at(start));
    const statement = code.slice(importStart, importEnd);
    const found = this.target(name, statement, line);
    if (type === "dynamic") return JSON.stringify(found);
    this.linker.noteStatic(this.path, found);
    this.linker.exportCheck.addUse(statement, found, name, this.path, line());
    return found;
  }

  target(name, statement, line) {
    const { linker } = this;
    const mapped = Object.hasOwn(linker.names, name) ? linker.names[name] : name;
    const path = linker.resolver.resolve(mapped, mapped === name ? this.path : "");
    if (path)
      return /\?(raw|url|inline)$/.test(name) ? this.queried(path, name) : linker.name(path);
    if (path === undefined) return this.missing(name, line());
    const library =
      linker.libraries.find(mapped, statement, linker) ??
      linker.libraries.find(name, statement, linker);
    if (library) return library;
    if (!RESERVED.test(name))
      linker.problem(
        `needs the package “${name}”, which is not available here`,
        this.path,
        line(),
        true,
      );
    return name;
  }

  queried(path, name) {
    const { linker } = this;
    const url = `${linker.name(path)}?`;
    const value = /\?(raw|inline)$/.test(name) ? this.text(path, name) : linker.asset(path);
    linker.imports[url + name.split("?")[1]] =
      `data:text/javascript;charset=utf-8,${encodeURIComponent(`export default ${JSON.stringify(value)}`)}`;
    return url + name.split("?")[1];
  }

  // `?raw` is the file as it is, `?inline` a style sheet that is not added to the page
  text(path, name) {
    const { linker } = this;
    return name.endsWith("?inline") && isStyle(path)
      ? inlineStyle(linker.styleText(path), path, linker, [path])
      : linker.files.get(path);
  }

  // A style or a picture that is not there stops nothing; a module does
  missing(name, line) {
    const { linker } = this;
    if (/\.(css|scss|sass|less|svg|png|jpe?g|gif|webp|ico)$/.test(name.split("?")[0])) {
      linker.adjusted.add(
        `${this.path}:${line} imports ${name}, which is not among the files: left out`,
      );
      linker.imports["app:/missing"] = "data:text/javascript,export%20default%20''";
      return "app:/missing";
    }
    linker.problem(`imports “${name}”, which is not among the files`, this.path, line);
    return name;
  }
}

// The line of a position; positions only grow
class LineCounter {
  constructor(text) {
    this.text = text;
    this.position = 0;
    this.line = 1;
  }

  at(position) {
    for (; this.position < position; this.position++)
      if (this.text.charCodeAt(this.position) === 10) this.line++;
    return this.line;
  }
}
