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
