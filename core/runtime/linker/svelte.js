// Svelte's components → modules
import { compileScript } from "./javascript.js";
import { lineMap } from "./line_map.js";

export async function compileSvelte(linker, path, text) {
  const { compile } = await linker.tool("svelte");
  const { js } = compile(text, {
    filename: path,
    generate: "client",
    css: "injected",
    dev: false,
    // `new App({ target })`, as in Svelte 4
    compatibility: { componentApi: usesOldApi(linker) ? 4 : 5 },
  });
  linker.maps[path] = lineMap(js.map);
  return js.code;
}

// A module with runes, such as `$state`
export async function compileSvelteModule(linker, path, text) {
  const { compileModule } = await linker.tool("svelte");
  const script = compileScript(await linker.tool("sucrase"), path, text);
  return compileModule(script, { filename: path, generate: "client", dev: false }).js.code;
}

function usesOldApi(linker) {
  linker.usesOldSvelte ??= [...linker.files].some(
    ([path, text]) => /(^|\/)main\.[jt]s$/.test(path) && /new\s+App\s*\(/.test(text),
  );
  if (linker.usesOldSvelte)
    linker.adjusted.add("components are made as in Svelte 4: new App({ target })");
  return linker.usesOldSvelte;
}
