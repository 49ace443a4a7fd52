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
