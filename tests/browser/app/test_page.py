"""A generated front end at work in the studio, in Chromium."""

import asyncio

import pytest
from playwright.async_api import FrameLocator, Locator, expect

from tests.support.servers.manual_model import ManualModel
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


def answer(files: dict[str, str]) -> str:
    """What a model writes for these files."""
    return "\n".join(f"### FILE: {path}\n```{path.rpartition('.')[2]}\n{text}\n```\n" for path, text in files.items())


def frame(visitor: BrowserUser) -> FrameLocator:
    """What is in the preview."""
    return visitor.page.frame_locator("iframe[title='Preview of the app']")


def console(visitor: BrowserUser) -> Locator:
    """The strip below it."""
    return visitor.page.locator(".lw-console")


async def preview(visitor: BrowserUser, manual_model: ManualModel, files: dict[str, str]) -> None:
    """Have these files written, and look at them."""
    await visitor.create_project()
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(answer(files))
    manual_model.finish()
    await visitor.wait_for_code(answer(files), "frontend")
    await visitor.expect_text("Saved now")
    await visitor.press("Preview")


async def test_a_todo_app_of_three_files_works(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview(visitor, manual_model, TODO)
    page = frame(visitor)
    await expect(page.get_by_role("heading", name="Todo")).to_have_css("color", "rgb(1, 2, 3)")
    await page.get_by_placeholder("What next?").fill("milk")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_placeholder("What next?").fill("bread")
    await page.get_by_placeholder("What next?").press("Enter")
    await page.get_by_role("button", name="Add").click()  # nothing is in the field, which is required
    await expect(page.get_by_role("listitem")).to_have_text(["milk", "bread"])
    await expect(console(visitor)).to_have_count(0)


async def test_the_projects_other_pages_can_be_reached(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview(visitor, manual_model, TODO)
    link = frame(visitor).get_by_role("link")
    await expect(link).to_have_text("About")
    await asyncio.sleep(0.6)  # a page that leads on before anybody can have pressed anything is not followed
    await link.click()
    await expect(frame(visitor).get_by_role("heading", name="About us")).to_be_visible()
    await visitor.expect_text("about.html")
    await visitor.press("Front page")
    await expect(frame(visitor).get_by_role("heading", name="Todo")).to_be_visible()


async def test_modules_import_each_other(visitor: BrowserUser, manual_model: ManualModel) -> None:
    app = "import { name } from './lib/name.js';\ndocument.querySelector('h1').textContent = `Hello ${name}`;"
    page = '<!doctype html><script type="module" src="app.js"></script><h1></h1>'
    await preview(
        visitor, manual_model, {"index.html": page, "app.js": app, "lib/name.js": "export const name = 'Ada';"}
    )
    await expect(frame(visitor).get_by_role("heading", name="Hello Ada")).to_be_visible()


async def test_what_goes_wrong_stands_below_as_text(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = (
        "console.log('started', {n: 1});\nconsole.error('<img src=x onerror=alert(1)>');\n"
        "Promise.reject(new Error('late'));\nalert('hello');\nmissing();\n"
    )
    await preview(visitor, manual_model, {"index.html": '<script src="script.js"></script>', "script.js": script})
    await expect(console(visitor)).to_contain_text("3 errors")
    await console(visitor).get_by_role("button", name="Console").press("Enter")  # wherever it moves meanwhile
    lines = console(visitor).locator(".lw-console-lines > div")
    await expect(lines).to_have_text(
        [
            'started {"n":1}',
            "<img src=x onerror=alert(1)>",
            "hello",
            "Uncaught ReferenceError: missing is not definedscript.js:5",
            "Not handled: Error: late",
        ]
    )
    visitor.script_errors.clear()


async def test_an_app_that_calls_a_back_end_is_told_why_it_cannot(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    script = "<script>fetch('http://localhost:8000/api/todos').catch(() => console.error('no todos'))</script>"
    await preview(visitor, manual_model, {"index.html": script})
    await visitor.expect_text("The preview has no network. To run it for real, start its back end")
    await visitor.expect_text("Asked for http://localhost:8000/api/todos")
    await visitor.expect_text("python3 -m http.server 5173")
    visitor.foreign_requests.clear()


async def test_dialogs_and_eval_do_no_harm(visitor: BrowserUser, manual_model: ManualModel) -> None:
    script = "document.body.append([confirm('sure?'), prompt('name', 'Ada'), alert(), eval('6 * 7')].join())"
    await preview(visitor, manual_model, {"index.html": f"<body><script>{script}</script>"})
    await expect(frame(visitor).locator("body")).to_contain_text("true,Ada,,42")


async def test_the_page_comes_with_its_files_and_once_more_at_the_end(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Frontend (Live)")
    await visitor.press("Preview")
    await visitor.expect_text("The page appears here as soon as its HTML is written.")
    page = {"index.html": '<link rel="stylesheet" href="a.css"><h1>Grows</h1>'}
    manual_model.write(answer(page))
    heading = frame(visitor).get_by_role("heading", name="Grows")
    await expect(heading).to_be_visible()
    await expect(heading).not_to_have_css("color", "rgb(1, 2, 3)")
    manual_model.write("\n" + answer({"a.css": "h1 { color: rgb(1, 2, 3) }"}))
    await expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    manual_model.write("\n### FILE: b.js\n```js\nlet cut")
    manual_model.finish()
    await expect(visitor.page.locator("iframe[src$=end]")).to_be_visible()
    await expect(heading).to_be_visible()


async def test_widths_show_the_page_as_on_other_screens(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await preview(
        visitor,
        manual_model,
        {"index.html": "<body><script>(onresize = () => (document.body.title = innerWidth))()</script>"},
    )
    for name, width in (("Phone", 375), ("Tablet", 768)):
        await visitor.press(name)
        await expect(frame(visitor).locator("body")).to_have_attribute("title", str(width))
    await visitor.press("Both")
    await visitor.press("Phone")
    await expect(visitor.page.get_by_test_id("code-frontend")).to_be_visible()
    box = await visitor.page.locator("iframe").bounding_box()
    assert box
    assert box["width"] <= 375
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await expect(visitor.page.get_by_test_id("code-frontend")).not_to_be_visible()
    await expect(visitor.button("Both")).to_have_count(0)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_page_that_never_ends_hangs_neither_the_studio_nor_the_next_one(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await preview(visitor, manual_model, {"index.html": "<script>while (true) {}</script>"})
    await visitor.press("Code")
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(answer({"index.html": "<h1>Well again</h1>"}))
    manual_model.finish()
    await visitor.press("Preview")
    await expect(frame(visitor).get_by_role("heading", name="Well again")).to_be_visible()


async def test_a_large_page_is_shown(visitor: BrowserUser, manual_model: ManualModel) -> None:
    rows = "".join(f"<p>row {n} with some words in it</p>\n" for n in range(6000))
    assert len(rows) > 200_000
    await preview(visitor, manual_model, {"index.html": f"<body>{rows}"})
    await expect(frame(visitor).get_by_text("row 5999 ")).to_be_attached()


async def test_what_needs_a_build_says_how_to_start_it(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.create_project()
    await visitor.page.get_by_label("Front end").click()
    await visitor.page.get_by_role("option", name="TypeScript · React").click()
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(answer({"index.html": "<div id=root></div>"}))
    manual_model.finish()
    await visitor.press("Preview")
    await visitor.expect_text("React has to be built before a browser can run it.")
    await visitor.press("Copy commands")
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == "npm install\nnpm run dev"
    await expect(visitor.page.locator("iframe")).to_have_count(0)
