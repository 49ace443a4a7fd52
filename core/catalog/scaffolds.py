"""The files that are the same in every app of a stack, in the form of an answer: from memory they go wrong."""

VITE_TSCONFIG = """\
### FILE: tsconfig.json
```json
{
  "compilerOptions": {
    "target": "ES2022", "module": "ESNext", "moduleResolution": "bundler", "strict": true, "jsx": "react-jsx",
    "skipLibCheck": true, "types": ["vite/client"]
  },
  "include": ["src"]
}
```
"""


def _vite_index_html(root_id: str, entry_script: str) -> str:
    return f"""\
### FILE: index.html
```html
<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>App</title></head>
  <body><div id="{root_id}"></div><script type="module" src="/src/{entry_script}"></script></body>
</html>
```
"""


SCAFFOLDS = {
    "react": f"""\
### FILE: src/main.tsx
```tsx
import {{ createRoot }} from "react-dom/client";
import App from "./App";

createRoot(document.getElementById("root")!).render(<App />);
```
{_vite_index_html("root", "main.tsx")}### FILE: vite.config.ts
```ts
import react from "@vitejs/plugin-react";
import {{ defineConfig }} from "vite";

export default defineConfig({{ plugins: [react()] }});
```
{VITE_TSCONFIG}### FILE: package.json
```json
{{
  "type": "module",
  "scripts": {{ "dev": "vite", "build": "vite build" }},
  "dependencies": {{ "react": "^18.3.0", "react-dom": "^18.3.0" }},
  "devDependencies": {{
    "@types/react": "^18.3.0", "@types/react-dom": "^18.3.0",
    "@vitejs/plugin-react": "^4.3.0", "typescript": "^5.6.0", "vite": "^5.4.0"
  }}
}}
```
""",
    "vue": f"""\
### FILE: src/main.ts
```ts
import {{ createApp }} from "vue";
import App from "./App.vue";

createApp(App).mount("#app");
```
{_vite_index_html("app", "main.ts")}### FILE: vite.config.ts
```ts
import vue from "@vitejs/plugin-vue";
import {{ defineConfig }} from "vite";

export default defineConfig({{ plugins: [vue()] }});
```
{VITE_TSCONFIG}### FILE: package.json
```json
{{
  "type": "module",
  "scripts": {{ "dev": "vite", "build": "vite build" }},
  "dependencies": {{ "vue": "^3.5.0" }},
  "devDependencies": {{ "@vitejs/plugin-vue": "^5.1.0", "typescript": "^5.6.0", "vite": "^5.4.0" }}
}}
```
""",
    "svelte": f"""\
### FILE: src/main.ts
```ts
import {{ mount }} from "svelte";
import App from "./App.svelte";

mount(App, {{ target: document.getElementById("app")! }});
```
{_vite_index_html("app", "main.ts")}### FILE: vite.config.ts
```ts
import {{ svelte, vitePreprocess }} from "@sveltejs/vite-plugin-svelte";
import {{ defineConfig }} from "vite";

export default defineConfig({{ plugins: [svelte({{ preprocess: vitePreprocess() }})] }});
```
{VITE_TSCONFIG}### FILE: package.json
```json
{{
  "type": "module",
  "scripts": {{ "dev": "vite", "build": "vite build" }},
  "dependencies": {{ "svelte": "^5.0.0" }},
  "devDependencies": {{ "@sveltejs/vite-plugin-svelte": "^4.0.0", "typescript": "^5.6.0", "vite": "^5.4.0" }}
}}
```
""",
    "angular": """\
### FILE: src/main.ts
```ts
import "zone.js";
import { bootstrapApplication } from "@angular/platform-browser";
import { AppComponent } from "./app/app.component";

bootstrapApplication(AppComponent);
```
### FILE: src/index.html
```html
<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>App</title><base href="/" /></head>
  <body><app-root></app-root></body>
</html>
```
### FILE: angular.json
```json
{
  "version": 1,
  "projects": {
    "app": {
      "projectType": "application", "root": "", "sourceRoot": "src",
      "architect": {
        "build": {
          "builder": "@angular-devkit/build-angular:application",
          "options": {
            "outputPath": "dist", "index": "src/index.html", "browser": "src/main.ts", "tsConfig": "tsconfig.json"
          }
        },
        "serve": {
          "builder": "@angular-devkit/build-angular:dev-server", "options": { "buildTarget": "app:build" }
        }
      }
    }
  }
}
```
### FILE: tsconfig.json
```json
{
  "compilerOptions": {
    "target": "ES2022", "module": "ES2022", "moduleResolution": "bundler", "strict": true,
    "experimentalDecorators": true, "skipLibCheck": true
  },
  "files": ["src/main.ts"]
}
```
### FILE: package.json
```json
{
  "scripts": { "start": "ng serve", "build": "ng build" },
  "dependencies": {
    "@angular/common": "^17.3.0", "@angular/compiler": "^17.3.0", "@angular/core": "^17.3.0",
    "@angular/forms": "^17.3.0", "@angular/platform-browser": "^17.3.0",
    "rxjs": "^7.8.0", "tslib": "^2.6.0", "zone.js": "^0.14.0"
  },
  "devDependencies": {
    "@angular-devkit/build-angular": "^17.3.0", "@angular/cli": "^17.3.0", "@angular/compiler-cli": "^17.3.0",
    "typescript": "~5.4.0"
  }
}
```
""",
}
"""By the id of the stack."""
