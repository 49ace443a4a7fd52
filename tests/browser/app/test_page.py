"""A page of plain HTML, CSS and JavaScript at work in the studio, in Chromium."""

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import answer, app, console, open_tab, write
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


async def preview(visitor: BrowserUser, manual_model: ManualModel, files: dict[str, str]) -> None:
    """Have these files written, and look at them."""
    await visitor.create_project()
    await write(visitor, manual_model, Side.FRONTEND, files)
    await visitor.press("App")


async def test_a_todo_app_of_three_files_works(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview(visitor, manual_model, TODO)
    page = app(visitor)
    await expect(page.get_by_role("heading", name="Todo")).to_have_css("color", "rgb(1, 2, 3)")
    await page.get_by_placeholder("What next?").fill("milk")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_placeholder("What next?").fill("bread")
    await page.get_by_placeholder("What next?").press("Enter")
    await page.get_by_role("button", name="Add").click()  # nothing is in the field, which is required
    await expect(page.get_by_role("listitem")).to_have_text(["milk", "bread"])
    await expect(console(visitor).get_by_role("tab", name="Errors")).to_have_text("Errors")


async def test_what_it_stores_is_there_after_a_reload_and_in_a_new_version(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await preview(visitor, manual_model, TODO)
    await app(visitor).get_by_placeholder("What next?").fill("milk")
    await app(visitor).get_by_role("button", name="Add").click()
    await expect(app(visitor).get_by_role("listitem")).to_have_text(["milk"])
    await visitor.press("Reload")
    await expect(app(visitor).get_by_role("listitem")).to_have_text(["milk"])
    await write(visitor, manual_model, Side.FRONTEND, TODO | {"styles.css": "h1 { color: rgb(3, 2, 1) }"})
    await expect(app(visitor).get_by_role("heading")).to_have_css("color", "rgb(3, 2, 1)")
    await expect(app(visitor).get_by_role("listitem")).to_have_text(["milk"])
    await visitor.press("Reset data")
    await visitor.press("Delete it")
    await expect(app(visitor).get_by_role("listitem")).to_have_count(0)


async def test_the_projects_other_pages_can_be_reached(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview(visitor, manual_model, TODO)
    await app(visitor).get_by_role("link", name="About").click()
    await expect(app(visitor).get_by_role("heading", name="About us")).to_be_visible()
    await expect(visitor.page.get_by_label("Address in the app")).to_have_value("/about.html")
    await visitor.press("Back")
    await expect(app(visitor).get_by_role("heading", name="Todo")).to_be_visible()
    await visitor.page.get_by_label("Address in the app").fill("/about.html")
    await visitor.page.get_by_label("Address in the app").press("Enter")
    await expect(app(visitor).get_by_role("heading", name="About us")).to_be_visible()


@pytest.mark.parametrize(
    "leave",
    ["window.location.href = 'about.html'", "location.assign('/about.html')", "document.location = './about.html'"],
)
async def test_a_script_leads_to_another_page(visitor: BrowserUser, manual_model: ManualModel, leave: str) -> None:
    pages = {"index.html": f'<button onclick="go()">Go</button><script>function go() {{ {leave}; }}</script>'}
    await preview(visitor, manual_model, pages | {"about.html": "<h1>About us</h1>"})
    await app(visitor).get_by_role("button", name="Go").click()
    await expect(app(visitor).get_by_role("heading", name="About us")).to_be_visible()


async def test_a_page_asks_for_its_own_files(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = """
fetch("data.json").then((answer) => answer.json()).then(({ name }) => {
  document.querySelector("h1").textContent = name;
});
const image = new Image();
image.src = "dot.svg";
image.onload = () => document.body.append(`${image.width} px`);
"""
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"></svg>'
    files = {"index.html": "<h1></h1><script src=a.js></script>", "a.js": script, "dot.svg": picture}
    await preview(visitor, manual_model, files | {"data.json": '{"name": "here"}'})
    await expect(app(visitor).get_by_role("heading", name="here")).to_be_visible()
    await expect(app(visitor).get_by_text("7 px")).to_be_visible()


async def test_modules_import_each_other(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = "import { name } from './lib/name.js';\ndocument.querySelector('h1').textContent = `Hello ${name}`;"
    page = '<!doctype html><script type="module" src="app.js"></script><h1></h1>'
    await preview(
        visitor, manual_model, {"index.html": page, "app.js": script, "lib/name.js": "export const name = 'Ada';"}
    )
    await expect(app(visitor).get_by_role("heading", name="Hello Ada")).to_be_visible()


async def test_what_goes_wrong_stands_below_as_text(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = (
        "console.log('started', {n: 1});\nconsole.error('<img src=x onerror=alert(1)>');\n"
        "Promise.reject(new Error('late'));\nalert('hello');\nmissing();\n"
    )
    await preview(visitor, manual_model, {"index.html": '<script src="script.js"></script>', "script.js": script})
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
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    script = "<script>fetch('http://localhost:8000/api/todos').catch(() => console.error('no todos'))</script>"
    await preview(visitor, manual_model, {"index.html": script})
    await open_tab(visitor, "Output")
    await visitor.expect_text("/api/todos is not answered: this project has no back end that can run here yet.")


async def test_dialogs_and_eval_do_no_harm(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = "document.body.append([confirm('sure?'), prompt('name', 'Ada'), alert(), eval('6 * 7')].join())"
    await preview(visitor, manual_model, {"index.html": f"<body><script>{script}</script>"})
    await expect(app(visitor).locator("body")).to_contain_text("true,Ada,,42")


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
    await preview(
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
    await preview(visitor, manual_model, {"index.html": "<script>while (true) {}</script>"})
    await visitor.press("Code")
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(answer({"index.html": "<h1>Well again</h1>"}))
    manual_model.finish()
    await visitor.press("App")
    await expect(app(visitor).get_by_role("heading", name="Well again")).to_be_visible()


async def test_a_large_page_is_shown(visitor: BrowserUser, manual_model: ManualModel) -> None:
    rows = "".join(f"<p>row {n} with some words in it</p>\n" for n in range(6000))
    assert len(rows) > 200_000
    await preview(visitor, manual_model, {"index.html": f"<body>{rows}"})
    await expect(app(visitor).get_by_text("row 5999 ")).to_be_attached()
