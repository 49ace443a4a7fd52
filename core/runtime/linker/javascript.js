// JavaScript, TypeScript and JSX → JavaScript, line by line, so that an error's line is that of the source

export const isScript = (path) => /\.([cm]?[jt]sx?)$/.test(path);

export function compileScript({ transform }, path, text) {
  const typescript = /\.[cm]?tsx?$/.test(path);
  const jsx = !/\.[cm]?ts$/.test(path);
  const transforms = [...(typescript ? ["typescript"] : []), ...(jsx ? ["jsx"] : [])];
  const options = {
    transforms,
    jsxRuntime: usesClassicJsx(text) ? "classic" : "automatic",
    production: true,
    filePath: path,
    disableESTransforms: true,
    keepUnusedImports: false,
  };
  return transform(text, options).code;
}

// The values of an object as exports, as far as their names can be imported by themselves
export function namedExports(values) {
  const named = Object.entries(values).filter(
    ([name]) => /^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED_WORDS.has(name),
  );
  return named.map(([name, value]) => `export const ${name}=${JSON.stringify(value)};`).join("");
}

const RESERVED_WORDS = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally " +
    "for function if import in instanceof let new null return static super switch this throw true try typeof var " +
    "void while with yield"
  ).split(" "),
);

export function jsonModule(value) {
  const named =
    value && typeof value === "object" && !Array.isArray(value) ? namedExports(value) : "";
  return `export default ${JSON.stringify(value)};${named}`;
}

const usesClassicJsx = (text) => /@jsx\s/.test(text.slice(0, 500));

const OWN_LOCATION = /\b(?:window|document|self|globalThis)\.location\b/g;
const BARE_LOCATION =
  /(?<![.\w$"'`])location(?=\.(?:href\s{0,9}=(?!=)|assign\(|replace\(|reload\())/g;

// Where a script leads to another page, the page around the frame is to show it: the frame itself must not leave.
export const redirectLocation = (code) =>
  code.includes("location")
    ? code
        .replace(OWN_LOCATION, "__livewright.location")
        .replace(BARE_LOCATION, "__livewright.location")
    : code;
