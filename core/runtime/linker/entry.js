// Where an app starts that has no page to say so: its entry by the usual names, or one made for its main component

const ENTRIES = ["main", "index", "app/main"];
const SUFFIXES = ["tsx", "ts", "jsx", "js"];
const STARTS = {
  react: (
    path,
  ) => `import { createElement } from "react"; import { createRoot } from "react-dom/client";
import * as app from ${JSON.stringify(path)};
const App = app.default ?? app.App;
createRoot(document.getElementById("root")).render(createElement(App));`,
  vue: (path) => `import { createApp } from "vue"; import App from ${JSON.stringify(path)};
createApp(App).mount("#app");`,
  svelte: (path) => `import { mount } from "svelte"; import App from ${JSON.stringify(path)};
mount(App, { target: document.getElementById("app") });`,
  // Its components have their place in the page by the selector that they name.
  angular: (path) => `import "zone.js"; import "@angular/compiler";
import { bootstrapApplication } from "@angular/platform-browser"; import * as app from ${JSON.stringify(path)};
const App = app.AppComponent ?? app.App ?? app.default ?? Object.values(app)[0];
const name = App.ɵcmp.selectors[0][0];
if (!document.querySelector(name)) document.body.append(document.createElement(name));
bootstrapApplication(App).catch((error) => console.error(error));`,
};
const COMPONENTS = {
  react: ["tsx", "jsx", "js", "ts"],
  vue: ["vue"],
  svelte: ["svelte"],
  angular: ["component.ts", "ts"],
};

// `{ path }` of the entry, or `{ text, base, adjusted }` of one made for the app; null if there is nothing to start
export function synthesizeEntry(files, framework) {
  const paths = Object.keys(files);
  const byDepth = paths.toSorted((a, b) => a.split("/").length - b.split("/").length);
  for (const name of ENTRIES)
    for (const suffix of SUFFIXES) {
      const found = byDepth.find(
        (path) => path === `${name}.${suffix}` || path.endsWith(`/${name}.${suffix}`),
      );
      if (found && startsApp(files[found])) return { path: found };
    }
  const component = mainComponent(byDepth, framework, files);
  if (!component || !STARTS[framework]) return null;
  return {
    text: STARTS[framework](`/${component}`),
    base: "main.js",
    adjusted: `no file starts the app: it is started with ${component}`,
  };
}

const startsApp = (text) =>
  /createRoot|\.render\s*\(|createApp|\bmount\s*\(|new\s+App\s*\(|bootstrap/.test(text);

function mainComponent(paths, framework, files) {
  const suffixes = COMPONENTS[framework] ?? [];
  if (framework === "angular") paths = paths.filter((path) => files[path].includes("@Component"));
  const named = (name) =>
    paths.find((path) => suffixes.some((suffix) => path.endsWith(`${name}.${suffix}`)));
  return (
    named("App") ??
    named("app") ??
    paths.find((path) => suffixes.slice(0, 2).some((s) => path.endsWith(`.${s}`)))
  );
}
