"""A page of plain HTML, CSS and JavaScript at work in the studio, in Chromium."""

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import answer, app, console, open_tab, reload, run, write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TODO = {
    "index.html": '<!doctype html><link rel="stylesheet" href="styles.css"><script src="script.js" defer></script>'
    '<h1>Todo</h1><form><input placeholder="What next?" required><button>Add</button></form><ul></ul>'
    '<a href="about.html">About</a>',
    "styles.css": "h1 { color: rgb(1, 2, 3) }",
    "script.js": """
const items = JSON.parse(localStorage.getItem("items") ?? "[]");
const note = "</script>";
const draw = () => (document.querySelector("ul").innerHTML = items.map((item) => `<li>${item}</li>`).join(""));
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  items.push(document.querySelector("input").value);
  localStorage.setItem("items", JSON.stringify(items));
  document.querySelector("input").value = "";
  draw();
});
draw();
""",
    "about.html": "<!doctype html><h1>About us</h1><a href='./'>Home</a>",
}


async def preview(studio: BrowserUser, manual_model: ManualModel, files: dict[str, str]) -> None:
    """Have these files written in the shared project, and look at them."""
    await run(studio, manual_model, Side.FRONTEND, files)
    await studio.press("App")


async def preview_alone(visitor: BrowserUser, manual_model: ManualModel, files: dict[str, str]) -> None:
    """The same in a project of its own."""
    await visitor.create_project()
    await write(visitor, manual_model, Side.FRONTEND, files)
    await visitor.press("App")


async def test_a_todo_app_of_three_files_works(studio: BrowserUser, manual_model: ManualModel) -> None:
    await preview(studio, manual_model, TODO)
    page = app(studio)
    await expect(page.get_by_role("heading", name="Todo")).to_have_css("color", "rgb(1, 2, 3)")
    await page.get_by_placeholder("What next?").fill("milk")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_placeholder("What next?").fill("bread")
    await page.get_by_placeholder("What next?").press("Enter")
    await page.get_by_role("button", name="Add").click()  # nothing is in the field, which is required
    await expect(page.get_by_role("listitem")).to_have_text(["milk", "bread"])
    await expect(console(studio).get_by_role("tab", name="Errors")).to_have_text("Errors")


async def test_what_it_stores_is_there_after_a_reload_and_in_a_new_version(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    files = TODO | {"script.js": TODO["script.js"].replace('"items"', '"kept"')}
    await preview(studio, manual_model, files)
    await app(studio).get_by_placeholder("What next?").fill("milk")
    await app(studio).get_by_role("button", name="Add").click()
    await expect(app(studio).get_by_role("listitem")).to_have_text(["milk"])
    await reload(studio)
    await expect(app(studio).get_by_role("listitem")).to_have_text(["milk"])
    await run(studio, manual_model, Side.FRONTEND, files | {"styles.css": "h1 { color: rgb(3, 2, 1) }"})
    await expect(app(studio).get_by_role("heading")).to_have_css("color", "rgb(3, 2, 1)")
    await expect(app(studio).get_by_role("listitem")).to_have_text(["milk"])
    await studio.press("Reset data")
    await studio.press("Delete it")
    await expect(app(studio).get_by_role("listitem")).to_have_count(0)


async def test_the_projects_other_pages_can_be_reached(studio: BrowserUser, manual_model: ManualModel) -> None:
    await preview(studio, manual_model, TODO)
    await app(studio).get_by_role("link", name="About").click()
    await expect(app(studio).get_by_role("heading", name="About us")).to_be_visible()
    await expect(studio.page.get_by_label("Address in the app")).to_have_value("/about.html")
    await studio.press("Back")
    await expect(app(studio).get_by_role("heading", name="Todo")).to_be_visible()
    await studio.page.get_by_label("Address in the app").fill("/about.html")
    await studio.page.get_by_label("Address in the app").press("Enter")
    await expect(app(studio).get_by_role("heading", name="About us")).to_be_visible()


@pytest.mark.parametrize(
    "leave",
    ["window.location.href = 'about.html'", "location.assign('/about.html')", "document.location = './about.html'"],
)
async def test_a_script_leads_to_another_page(studio: BrowserUser, manual_model: ManualModel, leave: str) -> None:
    pages = {"index.html": f'<button onclick="go()">Go</button><script>function go() {{ {leave}; }}</script>'}
    await preview(studio, manual_model, pages | {"about.html": "<h1>About us</h1>"})
    await app(studio).get_by_role("button", name="Go").click()
    await expect(app(studio).get_by_role("heading", name="About us")).to_be_visible()


async def test_a_page_asks_for_its_own_files(studio: BrowserUser, manual_model: ManualModel) -> None:
    script = """
fetch("data.json").then((answer) => answer.json()).then(({ name }) => {
  document.querySelector("h1").textContent = name;
});
fetch("/%E0%A4%A").catch(() => document.body.append("wrongly encoded"));
const image = new Image();
image.src = "dot.svg";
image.onload = () => document.body.append(`${image.width} px`);
const second = new Image();
second.srcset = "dot.svg 1x, dot.svg 2x";
second.onload = () => document.body.append(" and by a set");
"""
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"></svg>'
    files = {"index.html": "<h1></h1><script src=a.js></script>", "a.js": script, "dot.svg": picture}
    await preview(studio, manual_model, files | {"data.json": '{"name": "here"}'})
    await expect(app(studio).get_by_role("heading", name="here")).to_be_visible()
    await expect(app(studio).get_by_text("7 px")).to_be_visible()
    await expect(app(studio).get_by_text("and by a set")).to_be_visible()
    await expect(app(studio).get_by_text("wrongly encoded")).to_be_visible()


async def test_a_file_that_the_page_offers_is_saved_when_its_reader_agrees(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    script = """
document.querySelector("button").onclick = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["a;b"], { type: "text/csv" }));
  link.download = "../list.csv";
  link.click();
  URL.revokeObjectURL(link.href);
};
"""
    page = (
        '<a download="note.txt" href="data:text/plain,hello">Note</a><button>Export</button><script src=a.js></script>'
    )
    await preview(studio, manual_model, {"index.html": page, "a.js": script})
    await app(studio).get_by_role("link", name="Note").click()
    await studio.expect_text("The app would like to save a file: note.txt, 5 bytes.")
    await app(studio).get_by_role("button", name="Export").click()  # which waits for no place of another
    async with studio.page.expect_download() as saved:
        await studio.press("Save it")
    assert (await saved.value).suggested_filename == "note.txt"
    await app(studio).get_by_role("button", name="Export").click()
    await studio.expect_text("The app would like to save a file: _list.csv, 3 bytes.")
    async with studio.page.expect_download() as saved:
        await studio.press("Save it")
    download = await saved.value
    assert download.suggested_filename == "_list.csv"
    assert (await download.path()).read_text() == "a;b"


async def test_modules_import_each_other(studio: BrowserUser, manual_model: ManualModel) -> None:
    script = "import { name } from './lib/name.js';\ndocument.querySelector('h1').textContent = `Hello ${name}`;"
    page = '<!doctype html><script type="module" src="app.js"></script><h1></h1>'
    await preview(
        studio, manual_model, {"index.html": page, "app.js": script, "lib/name.js": "export const name = 'Ada';"}
    )
    await expect(app(studio).get_by_role("heading", name="Hello Ada")).to_be_visible()


async def test_import_maps_pictures_and_drawings_of_the_project_are_found(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    page = """<!doctype html>
<script type="importmap">{"imports": {"utils": "./js/utils.js"}}</script>
<p id="said"></p>
<picture><source srcset="a.svg"><img src="a.svg" alt="picture"></picture>
<svg width="20" height="20"><use href="icons.svg#home"></use></svg>
<script type="module">import { said } from "utils"; document.getElementById("said").textContent = said;</script>
"""
    shape = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect width="7" height="7"/></svg>'
    symbol = '<symbol id="home" viewBox="0 0 9 9"><rect width="9" height="9"/></symbol>'
    icons = f'<svg xmlns="http://www.w3.org/2000/svg">{symbol}</svg>'
    files = {"index.html": page, "js/utils.js": 'export const said = "here";', "a.svg": shape, "icons.svg": icons}
    await preview(studio, manual_model, files)
    await expect(app(studio).get_by_text("here", exact=True)).to_be_visible()
    await expect(app(studio).get_by_alt_text("picture")).to_have_js_property("naturalWidth", 7)
    assert await app(studio).locator("svg").first.evaluate("(drawing) => drawing.getBBox().width") > 0


async def test_what_goes_wrong_stands_below_as_text(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = (
        "console.log('started', {n: 1});\nconsole.error('<img src=x onerror=alert(1)>');\n"
        "Promise.reject(new Error('late'));\nalert('hello');\nmissing();\n"
    )
    await preview_alone(visitor, manual_model, {"index.html": '<script src="script.js"></script>', "script.js": script})
    errors = console(visitor).locator(".line.error .text")
    await expect(errors).to_have_text(
        ["Uncaught ReferenceError: missing is not defined", "Not handled: Error: late"], timeout=20_000
    )
    await expect(console(visitor).locator(".line.error").first).to_contain_text("script.js:5")
    await open_tab(visitor, "Output")
    await expect(console(visitor).locator(".line .text")).to_have_text(
        ['started {"n":1}', "<img src=x onerror=alert(1)>", "hello"]
    )
    visitor.script_errors.clear()


async def test_an_app_that_calls_a_back_end_is_told_why_it_cannot(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    script = "<script>fetch('http://localhost:8000/api/todos').catch(() => console.error('no todos'))</script>"
    await preview(studio, manual_model, {"index.html": script})
    await open_tab(studio, "Output")
    await studio.expect_text("/api/todos is not answered: this project has no back end that can run here yet.")


DATABASE_SCRIPT = """
const opening = indexedDB.open("notes", 2);
opening.onupgradeneeded = ({ target, oldVersion }) => {
  const store = target.result.createObjectStore("notes", { keyPath: "id", autoIncrement: true });
  store.createIndex("tag", "tag");
  store.add({ tag: "b", text: `made ${oldVersion}` });
};
const wait = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
opening.onsuccess = async () => {
  const database = opening.result;
  const adding = database.transaction("notes", "readwrite");
  const key = await wait(adding.objectStore("notes").add({ tag: "a", text: "kept", at: new Date(0) }));
  await new Promise((done) => (adding.oncomplete = done));
  const failing = database.transaction(["notes"], "readwrite");
  const failed = new Promise((done) => (failing.onabort = () => done(failing.error.name)));
  failing.objectStore("notes").put({ id: 99, tag: "c" });
  failing.objectStore("notes").add({ id: key, tag: "c" });
  const error = await failed;
  const store = database.transaction("notes").objectStore("notes");
  const found = [];
  store.index("tag").openCursor(IDBKeyRange.bound("a", "b")).onsuccess = async ({ target }) => {
    if (target.result) {
      found.push(target.result.value.text);
      return target.result.continue();
    }
    const [count, last] = [await wait(store.count()), await wait(store.get(key))];
    document.body.append([found.join(), count, last.at.getTime(), error].join(" "));
  };
};
"""


async def test_a_database_of_the_page_is_kept_over_a_reload(studio: BrowserUser, manual_model: ManualModel) -> None:
    files = {"index.html": "<body><script src=db.js></script>", "db.js": DATABASE_SCRIPT}
    await preview(studio, manual_model, files)
    await expect(app(studio).locator("body")).to_contain_text("kept,made 0 2 0 ConstraintError")
    await reload(studio)
    await expect(app(studio).locator("body")).to_contain_text("kept,kept,made 0 3 0 ConstraintError")


async def test_dialogs_and_eval_do_no_harm(studio: BrowserUser, manual_model: ManualModel) -> None:
    script = "document.body.append([confirm('sure?'), prompt('name', 'Ada'), alert(), eval('6 * 7')].join())"
    await preview(studio, manual_model, {"index.html": f"<body><script>{script}</script>"})
    await expect(app(studio).locator("body")).to_contain_text("true,Ada,,42")


async def test_the_page_comes_with_its_files_and_once_more_at_the_end(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Frontend (Live)")
    await visitor.press("App")
    await visitor.expect_text("The app appears here as soon as there is something to run.")
    page = {"index.html": '<link rel="stylesheet" href="a.css"><h1>Grows</h1>'}
    manual_model.write(answer(page))
    heading = app(visitor).get_by_role("heading", name="Grows")
    await expect(heading).to_be_visible()
    await expect(heading).not_to_have_css("color", "rgb(1, 2, 3)")
    manual_model.write("\n" + answer({"a.css": "h1 { color: rgb(1, 2, 3) }"}))
    await expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    manual_model.write("\n### FILE: b.js\n```js\nlet cut")
    manual_model.finish()
    await visitor.wait_until_idle()
    await expect(heading).to_be_visible()


async def test_widths_show_the_page_as_on_other_screens(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview_alone(
        visitor,
        manual_model,
        {"index.html": "<body><script>(onresize = () => (document.body.title = innerWidth))()</script>"},
    )
    for name, width in (("Phone, 390 px", 390), ("Tablet, 768 px", 768)):
        await visitor.press(name)
        await expect(app(visitor).locator("body")).to_have_attribute("title", str(width))
    await visitor.press("Split")
    await visitor.press("Phone, 390 px")
    await expect(visitor.page.get_by_test_id("code-frontend")).to_be_visible()
    box = await visitor.page.get_by_test_id("app").bounding_box()
    assert box
    assert box["width"] <= 390
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await expect(visitor.page.get_by_test_id("code-frontend")).not_to_be_visible()
    await expect(visitor.button("Split")).to_have_count(0)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_page_that_never_ends_hangs_neither_the_studio_nor_the_next_one(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await preview_alone(visitor, manual_model, {"index.html": "<script>while (true) {}</script>"})
    await visitor.press("Code")
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(answer({"index.html": "<h1>Well again</h1>"}))
    manual_model.finish()
    await visitor.press("App")
    await expect(app(visitor).get_by_role("heading", name="Well again")).to_be_visible()


async def test_a_large_page_is_shown(studio: BrowserUser, manual_model: ManualModel) -> None:
    rows = "".join(f"<p>row {n} with some words in it</p>\n" for n in range(6000))
    assert len(rows) > 200_000
    await preview(studio, manual_model, {"index.html": f"<body>{rows}"})
    await expect(app(studio).get_by_text("row 5999 ")).to_be_attached()
