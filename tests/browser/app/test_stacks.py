"""Front ends of every framework that can run in a browser, as a model wrote them or as people write them."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import app, console, open_tab, reload, run, write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAMPLES = Path(__file__).parents[2] / "samples"
HTML, REACT, VUE = "HTML · CSS · JavaScript", "TypeScript · React", "TypeScript · Vue"
SVELTE, ANGULAR = "TypeScript · Svelte", "TypeScript · Angular"

VUE_TODO = {
    "index.html": '<!doctype html><div id="app"></div><script type="module" src="/src/main.ts"></script>',
    "src/main.ts": "import { createApp } from 'vue';\nimport { createPinia } from 'pinia';\n"
    "import App from './App.vue';\n"
    "createApp(App).use(createPinia()).mount('#app');\n",
    "src/store.ts": "import { defineStore } from 'pinia';\nexport interface Todo { text: string }\n"
    "export const useTodos = defineStore('todos', { state: () => ({ all: [] as Todo[] }),\n"
    "  actions: { add(text: string) { this.all.push({ text }); } } });\n",
    "src/App.vue": '<script setup lang="ts">\nimport { ref } from "vue";\nimport { Todo, useTodos } from "@/store";\n'
    "const text = ref<string>('');\nconst todos = useTodos();\nconst textOf = (todo: Todo) => todo.text;\n"
    "function add() { todos.add(text.value); text.value = ''; }\n</script>\n"
    '<template>\n  <h1 :class="$style.title">Todo</h1>\n  <input v-model="text" placeholder="What next?" />\n'
    '  <button @click="add">Add</button>\n'
    '  <ul><li v-for="todo in todos.all" :key="todo.text">{{ textOf(todo) }}</li></ul>\n'
    "</template>\n<style scoped>\nul { color: red; }\n</style>\n"
    "<style module>\n.title { color: rgb(1, 2, 3); }\n</style>\n",
}
SVELTE_TODO = {
    "index.html": '<!doctype html><div id="app"></div><script type="module" src="/src/main.ts"></script>',
    "src/main.ts": "import { mount } from 'svelte';\nimport App from './App.svelte';\n"
    "export default mount(App, { target: document.getElementById('app')! });\n",
    "src/App.svelte": '<script lang="ts">\n  let text = $state("");\n  import { todos } from "./todos.svelte";\n'
    "  function add() { todos.push(text); text = ''; }\n</script>\n\n<h1>Todo</h1>\n"
    '<input bind:value={text} placeholder="What next?" />\n<button onclick={add}>Add</button>\n'
    "<ul>{#each todos as todo}<li>{todo}</li>{/each}</ul>\n\n<style>\n  h1 { color: rgb(1, 2, 3); }\n</style>\n",
    "src/todos.svelte.ts": "export const todos: string[] = $state([]);\n",
}
REACT_TODO = {
    "index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>',
    "src/main.tsx": "import ReactDOM from 'react-dom/client';\nimport { BrowserRouter } from 'react-router-dom';\n"
    "import App from './App';\nimport './index.css';\n"
    "ReactDOM.createRoot(document.getElementById('root')!).render(<BrowserRouter><App /></BrowserRouter>);\n",
    "src/App.tsx": "import { useState } from 'react';\nimport { Link, Route, Routes } from 'react-router-dom';\n"
    "import { Filter } from '@/types';\nimport styles from './App.module.css';\n"
    "const Todos = () => {\n  const [text, setText] = useState<string>('');\n"
    "  const [todos, setTodos] = useState<string[]>([]);\n"
    "  return (\n    <>\n      <h1 className={styles.title}>Todo</h1>\n"
    '      <input value={text} placeholder="What next?" onChange={(event) => setText(event.target.value)} />\n'
    "      <button onClick={() => { setTodos([...todos, text]); setText(''); }}>Add</button>\n"
    "      <ul>{todos.map((todo) => <li key={todo}>{todo}</li>)}</ul>\n    </>\n  );\n};\n"
    "export default function App() {\n  return (\n    <>\n"
    '      <Link to="/about">About</Link> <Link to="/">Home</Link>\n      <Routes>\n'
    '        <Route path="/" element={<Todos />} />\n'
    '        <Route path="/about" element={<h2 className="pl-[7px]">'
    "About {Filter.All} {import.meta.env.VITE_NAME}</h2>} />\n"
    "      </Routes>\n    </>\n  );\n}\n",
    "src/types.ts": "export enum Filter { All = 'all', Done = 'done' }\nexport interface Todo { id: string }\n",
    "src/index.css": "@tailwind base;\n@tailwind utilities;\n",
    "src/App.module.css": ".title { color: rgb(1, 2, 3); }\n",
    ".env": "VITE_NAME=us\n",
}
ANGULAR_TODO = {
    "src/index.html": '<!doctype html><base href="/"><app-root></app-root>',
    "src/main.ts": "import { bootstrapApplication } from '@angular/platform-browser';\n"
    "import { provideRouter } from '@angular/router';\n"
    "import { AppComponent } from './app/app.component';\nimport { routes } from './app/app.routes';\n"
    "bootstrapApplication(AppComponent, { providers: [provideRouter(routes)] });\n",
    "src/app/app.routes.ts": "import { Routes } from '@angular/router';\n"
    "import { TodosComponent } from './todos.component';\n"
    "export const routes: Routes = [{ path: '', component: TodosComponent }];\n",
    "src/app/app.component.ts": "import { Component } from '@angular/core';\n"
    "import { RouterOutlet } from '@angular/router';\n"
    "@Component({ selector: 'app-root', standalone: true, imports: [RouterOutlet], "
    "template: '<router-outlet></router-outlet>' })\nexport class AppComponent {}\n",
    "src/app/todo.service.ts": "import { Injectable, signal } from '@angular/core';\n"
    "export interface Todo { id: number; text: string }\n"
    "@Injectable({ providedIn: 'root' })\nexport class TodoService {\n"
    "  readonly all = signal<Todo[]>([]);\n"
    "  add(text: string): void { this.all.update((all) => [...all, { id: all.length, text }]); }\n}\n",
    "src/app/item.component.ts": "import { Component, Input, input, output } from '@angular/core';\n"
    "import { Todo } from './todo.service';\n"
    "@Component({ selector: 'app-item', standalone: true, template: `{{ todo().text }}{{ mark }}` })\n"
    "export class ItemComponent {\n  todo = input.required<Todo>();\n  gone = output<number>();\n"
    "  @Input() mark: Todo['text'] = '';\n}\n",
    "src/app/todos.component.ts": "import { CommonModule } from '@angular/common';\n"
    "import { Component } from '@angular/core';\nimport { FormsModule } from '@angular/forms';\n"
    "import { ItemComponent } from './item.component';\nimport { TodoService } from './todo.service';\n"
    "@Component({\n  selector: 'app-todos',\n  standalone: true,\n"
    "  imports: [CommonModule, FormsModule, ItemComponent],\n"
    "  templateUrl: './todos.component.html',\n  styleUrls: [\n    './todos.component.css'\n  ],\n})\n"
    "export class TodosComponent {\n  text = '';\n  title = '';\n"
    "  constructor(readonly todos: TodoService) { setTimeout(() => (this.title = 'Todo')); }\n"
    "  add(): void { this.todos.add(this.text); this.text = ''; }\n}\n",
    "src/app/todos.component.html": "<h1>{{ title }}</h1>\n"
    '<input [(ngModel)]="text" placeholder="What next?">\n<button (click)="add()">Add</button>\n'
    '<ul><li *ngFor="let todo of todos.all()"><app-item [todo]="todo" mark="" /></li></ul>\n',
    "src/app/todos.component.css": "h1 { color: rgb(1, 2, 3); }\n",
}


@pytest.mark.parametrize(
    ("files", "stack"),
    [
        pytest.param(REACT_TODO, REACT, id="React"),
        pytest.param(VUE_TODO, VUE, id="Vue"),
        pytest.param(SVELTE_TODO, SVELTE, id="Svelte"),
        pytest.param(ANGULAR_TODO, ANGULAR, id="Angular"),
    ],
)
async def test_a_todo_app_works(
    studio: BrowserUser, manual_model: ManualModel, files: dict[str, str], stack: str
) -> None:
    await run(studio, manual_model, Side.FRONTEND, files, stack)
    page = app(studio)  # which has come to the front by itself
    await expect(page.get_by_role("heading", name="Todo")).to_have_css("color", "rgb(1, 2, 3)")
    for word in ("milk", "bread"):
        await page.get_by_placeholder("What next?").fill(word)
        await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("listitem")).to_have_text(["milk", "bread"])
    await expect(console(studio).get_by_role("tab", name="Errors")).to_have_text("Errors")


async def test_a_router_changes_the_address(studio: BrowserUser, manual_model: ManualModel) -> None:
    await run(studio, manual_model, Side.FRONTEND, REACT_TODO, REACT)
    await app(studio).get_by_role("link", name="About").click()
    await expect(app(studio).get_by_role("heading", name="About all us")).to_have_css("padding-left", "7px")
    await expect(studio.page.get_by_label("Address in the app")).to_have_value("/about")
    await reload(studio)
    await expect(app(studio).get_by_role("heading", name="About all us")).to_be_visible()
    await app(studio).get_by_role("link", name="Home").click()
    await expect(app(studio).get_by_role("heading", name="Todo")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "stack", "adjusted"),
    [
        ("todo-html-head", HTML, 0),
        ("todo-html-path", HTML, 0),
        ("todo-react-head", REACT, 0),
        ("todo-react-path", REACT, 1),
        ("todo-angular-head", ANGULAR, 2),
        ("todo-angular-path", ANGULAR, 2),
    ],
)
async def test_what_a_model_wrote_runs(
    studio: BrowserUser, manual_model: ManualModel, name: str, stack: str, adjusted: int
) -> None:
    files = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["files"]
    await run(studio, manual_model, Side.FRONTEND, files, stack)
    await expect(app(studio).get_by_role("heading", name="Todo App")).to_be_visible()
    await open_tab(studio, "Output")
    await expect(console(studio).locator(".adjusted")).to_have_count(adjusted)
    await expect(console(studio).get_by_role("tab", name="Errors")).to_have_text("Errors")


async def test_what_is_missing_is_named_with_its_place(studio: BrowserUser, manual_model: ManualModel) -> None:
    files = {
        "src/App.tsx": 'import { useState } from "react";\nimport { magic } from "no-such-package";\n'
        'import Item from "./Item";\nexport default function App() {\n  useState(magic);\n  return <Item />;\n}\n'
    }
    await run(studio, manual_model, Side.FRONTEND, files, REACT)
    await open_tab(studio, "Errors")
    lines = console(studio).locator(".line.error")
    await expect(lines.nth(0)).to_contain_text("needs the package “no-such-package”, which is not available here")
    await expect(lines.nth(0)).to_contain_text("src/App.tsx:2")
    await expect(lines.nth(1)).to_contain_text("imports “./Item”, which is not among the files")
    await lines.nth(1).get_by_role("button", name="src/App.tsx:3").click()
    await expect(studio.page.locator("[data-testid=code-frontend]")).to_be_visible()
    studio.script_errors.clear()


REACT_FAILS = """import { useState } from "react";

interface Props {
  name: string;
}

const Failing = ({ name }: Props) => {
  const fail = () => {
    throw new Error(`no ${name}`);
  };
  return <b onClick={fail}>Press</b>;
};

export default function App() {
  useState<string>("");
  return <Failing name="milk" />;
}
"""
VUE_FAILS = """<script setup lang="ts">
const name: string = "milk";
function fail(): void {
  throw new Error(`no ${name}`);
}
</script>

<template>
  <b @click="fail">Press</b>
</template>
"""
SVELTE_FAILS = """<script lang="ts">
  let name: string = $state("milk");
  function fail(): void {
    throw new Error("no " + name);
  }
</script>

<button onclick={fail}>Press</button>
"""
ANGULAR_FAILS = """import { Component } from "@angular/core";

interface Props {
  name: string;
}

@Component({
  selector: "app-root",
  template: `<b (click)="fail()">Press</b>`,
})
export class AppComponent {
  readonly props: Props = { name: "milk" };

  fail(): void {
    throw new Error(`no ${this.props.name}`);
  }
}
"""


@pytest.mark.parametrize(
    ("place", "text", "stack"),
    [
        pytest.param("src/App.tsx:9", REACT_FAILS, REACT, id="React"),
        pytest.param("src/App.vue:4", VUE_FAILS, VUE, id="Vue"),
        pytest.param("src/App.svelte:4", SVELTE_FAILS, SVELTE, id="Svelte"),
        pytest.param("src/app/app.component.ts:15", ANGULAR_FAILS, ANGULAR, id="Angular"),
    ],
)
async def test_an_error_is_told_by_the_line_of_the_source(
    studio: BrowserUser, manual_model: ManualModel, place: str, text: str, stack: str
) -> None:
    await run(studio, manual_model, Side.FRONTEND, {place.partition(":")[0]: text}, stack)
    await open_tab(studio, "Errors")
    await app(studio).get_by_text("Press").click()
    found = console(studio).locator(".line.error").filter(has_text="no milk")
    await expect(found).to_be_visible()
    studio.script_errors.clear()
    await expect(found).to_contain_text(place)


async def test_what_runs_elsewhere_says_how_to_start_it(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await write(visitor, manual_model, Side.BACKEND, {"main.go": "package main\n"}, "Go · net/http")
    await visitor.press("App")
    await visitor.expect_text("net/http does not run in a browser. Download the files, then in their folder:")
    await visitor.expect_text("go run .")
    await expect(visitor.page.locator("iframe")).to_have_count(0)
