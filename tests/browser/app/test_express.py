"""A back end in TypeScript with Express at work in the visitor's browser."""

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import app, console, open_tab, run, write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EXPRESS = "TypeScript · Express"
FILES = {
    "src/index.ts": """import express, { NextFunction, Request, Response } from "express";
import cors from "cors";
import { router } from "./routes";

const app = express();
const port = process.env.PORT || 3000;
app.use(cors());
app.use(express.json());
app.use("/api", router);
app.get("/boom", async () => {
  throw new Error("no milk");
});
app.get("/tries", async (req: Request, res: Response) => {
  const here = String(req.query.here);
  const socket = () =>
    new Promise((ok, no) => {
      const opened = new WebSocket(here.replace("http", "ws"));
      opened.onopen = ok;
      opened.onerror = no;
    });
  const load = new Function("url", "return import(url)");
  const acts = [() => fetch(`${here}/stolen`), () => load(`${here}/stolen.js`), socket];
  const found = await Promise.allSettled(acts.map((act) => act()));
  res.json(found.map((each) => each.status));
});
app.use((error: Error, _req: Request, _res: Response, next: NextFunction) => next(error));
app.listen(port, () => {
  console.log(`Listens on ${port}`);
});
""",
    "src/routes.ts": """import { Router, Request, Response } from "express";

interface Todo {
  id: number;
  text: string;
}

const todos = new Map<number, Todo>();
let nextId = 1;
export const router = Router();

router.get("/todos", (_req: Request, res: Response) => {
  res.json([...todos.values()]);
});

router.post("/todos", (req: Request, res: Response) => {
  const todo: Todo = { id: nextId++, text: req.body.text };
  todos.set(todo.id, todo);
  res.status(201).json(todo);
});

router.delete("/todos/:id", (req: Request, res: Response) => {
  if (!todos.delete(Number(req.params.id))) {
    res.status(404).json({ error: "No such todo" });
    return;
  }
  res.status(204).send();
});
""",
    "package.json": '{ "type": "module", "dependencies": { "express": "^5.0.0", "cors": "^2.8.5" } }\n',
}
ASK = """async (_body, [method, path, text]) => {
  const body = text ? { headers: { "content-type": "application/json" }, body: JSON.stringify({ text }) } : {};
  const answer = await fetch(path, { method, ...body });
  return [answer.status, await answer.text()];
}"""


async def test_an_express_app_answers_and_keeps_its_data(studio: BrowserUser, manual_model: ManualModel) -> None:
    await write(studio, manual_model, Side.BACKEND, FILES, EXPRESS)
    await run(studio, manual_model, Side.FRONTEND, {"index.html": "<h1>Asks</h1>"})
    body = app(studio).locator("body")

    async def ask(method: str, path: str, text: str = "") -> list[object]:
        return list(await body.evaluate(ASK, [method, path, text]))

    assert await ask("GET", "/api/todos") == [200, "[]"]
    assert await ask("POST", "http://localhost:3000/api/todos", "milk") == [201, '{"id":1,"text":"milk"}']
    assert await ask("DELETE", "/api/todos/9") == [404, '{"error":"No such todo"}']
    assert await ask("GET", "/nowhere") == [404, "Cannot GET /nowhere"]
    assert await ask("GET", "/boom") == [500, "Internal Server Error"]
    assert await ask("GET", f"/tries?here={studio.url}") == [200, '["rejected","rejected","rejected"]']
    await open_tab(studio, "Errors")
    await expect(console(studio).locator(".line.error", has_text="no milk")).to_contain_text("src/index.ts:11")
    await open_tab(studio, "Output")
    await expect(console(studio).locator(".line.stdout")).to_contain_text("Listens on 3000")
    await run(studio, manual_model, Side.BACKEND, FILES | {"src/extra.ts": "export const extra = 1;\n"})
    assert await ask("POST", "/api/todos", "eggs") == [201, '{"id":2,"text":"eggs"}']
    assert await ask("GET", "/api/todos") == [200, '[{"id":1,"text":"milk"},{"id":2,"text":"eggs"}]']


async def test_a_page_that_never_ends_hangs_neither_its_back_end_nor_the_next_page(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    await write(studio, manual_model, Side.BACKEND, FILES, EXPRESS)
    await write(studio, manual_model, Side.FRONTEND, {"index.html": "<script>while (true) {}</script>"})
    await run(studio, manual_model, Side.FRONTEND, {"index.html": "<h1>Asks again</h1>"})
    await expect(app(studio).get_by_role("heading", name="Asks again")).to_be_visible()
    status, _text = await app(studio).locator("body").evaluate(ASK, ["GET", "/api/todos", ""])
    assert status == 200


async def test_what_an_express_app_lacks_is_named(studio: BrowserUser, manual_model: ManualModel) -> None:
    files = FILES | {"src/routes.ts": 'import mongoose from "mongoose";\nexport const router = mongoose;\n'}
    await write(studio, manual_model, Side.BACKEND, files, EXPRESS)
    await open_tab(studio, "Errors")
    error = console(studio).locator(".line.error").first
    await expect(error).to_contain_text("needs the package “mongoose”, which is not available here")
