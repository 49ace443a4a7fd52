// Vue's single-file components → modules
import { lineMap } from "./line_map.js";
import { compileStyle } from "./styles.js";

export async function compileVue(linker, path, text) {
  const compiler = await linker.tool("vue");
  const { descriptor, errors } = compiler.parse(text, { filename: path, sourceMap: true });
  if (errors.length) throw errors[0];
  const id = `data-v-${path.replace(/\W/g, "_")}`;
  const parts = [script(compiler, descriptor, path, id, linker)];
  if (descriptor.template && !descriptor.scriptSetup)
    parts.push(template(compiler, descriptor, path, id));
  const css = descriptor.styles
    .map((style) => styleText(compiler, linker, style, path, id))
    .join("\n");
  if (descriptor.styles.some((style) => style.scoped))
    parts.push(`__component.__scopeId = ${JSON.stringify(id)};`);
  const modules = Object.assign({}, ...descriptor.styles.map((style) => moduleNames(style, path)));
  if (Object.keys(modules).length)
    parts.push(`__component.__cssModules = ${JSON.stringify(modules)};`);
  if (css.trim())
    parts.push(`globalThis.__livewright.style(${JSON.stringify(path)}, ${JSON.stringify(css)});`);
  parts.push("export default __component;");
  const { transform } = await linker.tool("sucrase");
  const isJsx = [descriptor.script, descriptor.scriptSetup].some((block) =>
    /x$/.test(block?.lang ?? ""),
  );
  const isTypeScript = [descriptor.script, descriptor.scriptSetup].some((block) =>
    /^ts/.test(block?.lang ?? ""),
  );
  return transform(parts.join("\n"), {
    transforms: ["typescript", ...(isJsx ? ["jsx"] : [])],
    disableESTransforms: true,
    filePath: path,
    // What a template uses is known to Vue's compiler; a type that is imported without a word is nothing to import.
    keepUnusedImports: !isTypeScript,
  }).code;
}

function script(compiler, descriptor, path, id, linker) {
  if (!descriptor.script && !descriptor.scriptSetup) return "const __component = {};";
  const isScoped = descriptor.styles.some((style) => style.scoped);
  const { content, map } = compiler.compileScript(descriptor, {
    id,
    genDefaultAs: "__component",
    inlineTemplate: Boolean(descriptor.scriptSetup),
    templateOptions: {
      id,
      scoped: isScoped,
      filename: path,
      compilerOptions: { scopeId: isScoped ? id : undefined },
    },
  });
  linker.maps[path] = lineMap(map);
  return content;
}

function template(compiler, descriptor, path, id) {
  const isScoped = descriptor.styles.some((style) => style.scoped);
  const { code, errors } = compiler.compileTemplate({
    source: descriptor.template.content,
    filename: path,
    id,
    scoped: isScoped,
    compilerOptions: { scopeId: isScoped ? id : undefined },
  });
  if (errors.length) throw errors[0];
  return `${code}\n__component.render = render;`;
}

function styleText(compiler, linker, style, path, id) {
  if (style.lang && style.lang !== "css")
    linker.adjusted.add(`the ${style.lang} styles of ${path} are read as plain CSS`);
  const { code } = compiler.compileStyle({
    source: style.module ? compileStyle(style.content, path).css : style.content,
    filename: path,
    id,
    scoped: Boolean(style.scoped),
  });
  return code;
}

// `<style module>` and `<style module="name">`: what templates call `$style` or by that name
function moduleNames(style, path) {
  if (!style.module) return {};
  const name = style.module === true ? "$style" : style.module;
  return { [name]: compileStyle(style.content, path).names };
}
