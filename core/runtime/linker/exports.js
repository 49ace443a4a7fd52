// Which names modules export, and which imports of others are not among them: for one of those a browser refuses to
// start the whole app. Modules are known by their names in the import map; what is not known may export anything.

const MAX_TOLD = 4;

export class ExportCheck {
  constructor() {
    this.modules = new Map(); // name → { names: Set, stars: the names of the modules that it exports all of }
    this.uses = [];
  }

  // `exported` is as the lexer tells it, `targets` has the name of each module that is imported, by its index there
  addModule(name, exported, targets) {
    const module = { names: new Set(), stars: [] };
    for (const each of exported) {
      if (each.type === "reexport-all") module.stars.push(targets[each.importIndex]);
      else module.names.add(each.name);
    }
    this.modules.set(name, module);
  }

  // `statement` is an import of `target`, in the line of a file
  addUse(statement, target, specifier, path, line) {
    const names = importedNames(statement);
    if (names.length) this.uses.push({ names, target, specifier, path, line });
  }

  // The problems: [message, path, line] each
  problems() {
    return this.uses.flatMap(({ names, target, specifier, path, line }) =>
      names
        .filter((name) => !this.exports(target, name))
        .map((name) => [this.message(target, name, specifier), path, line]),
    );
  }

  exports(target, name, seen = new Set()) {
    const module = this.modules.get(target);
    if (!module || module.names.has(name)) return true;
    if (name === "default" || seen.has(target)) return false; // `export *` leaves out what is exported by default
    seen.add(target);
    return module.stars.some((star) => this.exports(star, name, seen));
  }

  message(target, name, specifier) {
    const told = [...this.modules.get(target).names].filter((each) => each !== "default");
    const others = told.length && told.length <= MAX_TOLD ? `: it exports ${told.join(", ")}` : "";
    return name === "default"
      ? `imports the default of “${specifier}”, which has none${others}`
      : `imports ${name} from “${specifier}”, which does not export it${others}`;
  }
}

// What one statement imports by name: `import a, { b as c } from …` has `default` and `b`
export function importedNames(statement) {
  const bare = statement.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, " ");
  const [, braces = ""] = /\{([^}]*)\}/.exec(bare) ?? [];
  const names = braces
    .split(",")
    .map((part) => part.trim().split(/\s/, 1)[0])
    .filter((name) => /^[\w$]+$/.test(name));
  return /^import\s+[\w$]+\s*(?:,|\s+from\b)/.test(bare) ? ["default", ...names] : names;
}
