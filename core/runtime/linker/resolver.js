// Which file a module means by a name

const SUFFIXES = [
  "",
  ...[".tsx", ".ts", ".jsx", ".js", ".mjs", ".vue", ".svelte", ".json", ".css"],
  ...[
    "/index.tsx",
    "/index.ts",
    "/index.jsx",
    "/index.js",
    "/index.mjs",
    "/index.vue",
    "/index.svelte",
  ],
];
const USUAL_ALIASES = [
  ["@/", "src/"],
  ["~/", "src/"],
  ["$lib/", "src/lib/"],
  ["src/", "src/"],
];
const CONFIGS = ["tsconfig.json", "tsconfig.app.json", "jsconfig.json"];
const VITE_ALIAS =
  /["']?([@~#$]?[\w-]{0,40})["']?\s{0,9}:\s{0,9}(?:path\.)?(?:resolve|join|fileURLToPath)[^"'\n]{0,80}["'](?:\.\/|\/)?([\w./-]{1,80})["']/g;

// `a/./b/../c` → `a/c`
export function normalize(path) {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export class Resolver {
  constructor(files) {
    this.files = files;
    this.root = projectRoot(files);
    this.aliases = [...this.configured(), ...USUAL_ALIASES];
  }

  // The path of a file; undefined where the name is that of a file which is missing, null where it is a package's
  resolve(name, from) {
    const [bare] = name.split(/[?#]/, 1);
    if (bare.startsWith(".")) return this.find(`${from.replace(/[^/]*$/, "")}${bare}`);
    if (bare.startsWith("/"))
      return this.find(bare) ?? this.find(`${this.root}${bare}`) ?? this.public(bare);
    for (const [prefix, folder] of this.aliases) {
      if (bare !== prefix && !(prefix.endsWith("/") && bare.startsWith(prefix))) continue;
      const found = this.find(`${this.root}${folder}${bare.slice(prefix.length)}`);
      if (found || /^[@~#$]\//.test(prefix)) return found;
    }
    return null;
  }

  find(path) {
    const clean = normalize(path);
    for (const suffix of SUFFIXES) if (this.files.has(clean + suffix)) return clean + suffix;
    // As TypeScript has it: the name of the output stands for that of the source.
    const source = clean.replace(/\.jsx?$/, "");
    if (source !== clean)
      for (const end of [".ts", ".tsx"]) if (this.files.has(source + end)) return source + end;
    return undefined;
  }

  public(path) {
    return this.find(`${this.root}public${path}`) ?? this.find(`${this.root}static${path}`);
  }

  configured() {
    const aliases = [];
    for (const name of CONFIGS) {
      const text = this.files.get(this.root + name);
      if (text) aliases.push(...tsconfigAliases(text));
    }
    for (const [path, text] of this.files)
      if (/(^|\/)vite\.config\.[jt]s$/.test(path))
        for (const [, name, folder] of text.slice(0, 20_000).matchAll(VITE_ALIAS))
          if (name) aliases.push([`${name}/`, `${folder.replace(/\/$/, "")}/`]);
    return aliases;
  }
}

// Where the project begins: beside its package.json, else where its start page is
function projectRoot(files) {
  const depth = (path) => path.split("/").length;
  const paths = [...files.keys()];
  for (const name of ["package.json", "vite.config.ts", "vite.config.js", "index.html"]) {
    const found = paths.filter((path) => path === name || path.endsWith(`/${name}`));
    found.sort((a, b) => depth(a) - depth(b));
    if (found.length) return found[0].slice(0, -name.length).replace(/(^|\/)(src|public)\/$/, "$1");
  }
  return "";
}

function tsconfigAliases(text) {
  try {
    const options = JSON.parse(withoutComments(text)).compilerOptions ?? {};
    const base = normalize(options.baseUrl ?? ".");
    return Object.entries(options.paths ?? {}).map(([name, [folder]]) => [
      name.replace(/\*$/, ""),
      normalize(`${base}/${folder.replace(/\*$/, "")}`) + (folder.endsWith("*") ? "/" : ""),
    ]);
  } catch {
    return [];
  }
}

// JSON as TypeScript reads it: with comments and trailing commas
function withoutComments(text) {
  return text
    .slice(0, 100_000)
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, "$1")
    .replace(/,(\s*[}\]])/g, "$1");
}
