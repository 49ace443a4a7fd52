"""The studio in Chromium: what only a browser shows."""

import asyncio
import zipfile

import httpx
import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import PASSWORD, SCROLL_GAP_SCRIPT, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANSWER = """### FILE: main.py
```python
from fastapi import FastAPI

app = FastAPI()
```

### FILE: requirements.txt
```txt
fastapi
```
"""
LONG = "### FILE: main.py\n```python\n" + "".join(f"value_{n} = {n}  # é ü 😀 \u2028\n" for n in range(6000)) + "```\n"


async def test_text_grows_while_the_model_writes_and_the_files_appear(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    await expect(visitor.page.locator(".lw-live-badge:visible")).to_have_text("LIVE")
    manual_model.write(ANSWER[:40])
    await visitor.wait_for_code(ANSWER[:40])
    await visitor.expect_text("Writing main.py")
    manual_model.write(ANSWER[40:], size=3)
    manual_model.finish()
    await visitor.wait_for_code(ANSWER)
    await visitor.expect_text("2 files · 4 lines")
    await expect(visitor.page.locator(".lw-live-badge:visible")).to_have_count(0)


async def test_a_reload_and_a_late_tab_show_the_same_run_from_its_beginning(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER[:60], size=7)
    await visitor.wait_for_code(ANSWER[:60])
    await visitor.page.reload()
    await visitor.wait_for_code(ANSWER[:60])
    other = await visitor.open_tab()
    manual_model.write(ANSWER[60:], size=5)
    manual_model.finish()
    await visitor.wait_for_code(ANSWER)
    await other.wait_for_code(ANSWER)


async def test_a_run_started_by_a_program_shows_on_an_open_page(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    async with httpx.AsyncClient(base_url=visitor.url) as client:
        body = {"username": visitor.name, "password": PASSWORD}
        token = (await client.post("/api/auth/login", json=body)).json()["token"]
        project = visitor.project_id
        headers = {"Authorization": f"Bearer {token}"}
        started = await client.post(f"/api/projects/{project}/generate/frontend", headers=headers)
        assert started.status_code == 202
        manual_model.write("<p>hello</p>")
        await visitor.wait_for_code("<p>hello</p>", "frontend")
        manual_model.finish()


async def test_copy_copies_exactly_the_text_of_the_run(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write("  leading, trailing \n\n😀\t\n")
    manual_model.finish()
    await visitor.wait_for_code("  leading, trailing \n\n😀\t\n")
    await visitor.press("Copy")
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == "  leading, trailing \n\n😀\t\n"


async def test_a_long_answer_arrives_whole_and_stays_at_its_end(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    assert len(LONG.encode()) > 200_000
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(LONG, size=400)
    await visitor.wait_for_code(LONG)
    await visitor.wait_for_code_end()
    manual_model.finish()
    await visitor.expect_text("6,000 lines")


async def test_the_view_follows_the_end_until_the_reader_scrolls_up_and_again_back_at_the_end(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    lines = "".join(f"line {n}\n" for n in range(200))
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(lines)
    await visitor.wait_for_code(lines)
    await expect(visitor.page.locator(".cm-line", has_text="line 199")).to_be_visible()

    await visitor.page.locator("[data-testid=code-backend] .cm-scroller").hover()
    await visitor.page.mouse.wheel(0, -800)
    await visitor.page.wait_for_function(f"{SCROLL_GAP_SCRIPT} > 600")
    manual_model.write(lines)
    await visitor.wait_for_code(lines * 2)
    assert await visitor.scroll_gap() > 2000, "the reader stays in place"

    await visitor.page.mouse.wheel(0, 100_000)
    await visitor.wait_for_code_end()
    manual_model.write(lines)
    await visitor.wait_for_code(lines * 3)
    await visitor.wait_for_code_end()
    manual_model.finish()


async def test_a_model_that_dies_leaves_its_text_a_sentence_and_a_way_on(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER[:50])
    manual_model.disconnect()
    await expect(visitor.button("Continue")).to_be_visible()
    assert await visitor.code() == ANSWER[:50]
    await expect(visitor.page.get_by_role("region", name="About this run")).to_contain_text("Ollama")
    await visitor.press("Continue")
    manual_model.write(ANSWER[50:])
    manual_model.finish()
    await visitor.wait_for_code(ANSWER)
    await visitor.page.locator(".lw-file-tree").get_by_title("main.py").locator("visible=true").click()
    await expect(visitor.page.get_by_label("Continued here: check the seam")).to_be_visible()


async def test_a_file_in_the_tree_takes_presses_and_focus_while_others_come(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write("### FILE: one.py\n```python\nx = 1\n```\n")
    await visitor.page.locator(".lw-file-tree [title^='one.py']:visible").focus()
    manual_model.write("### FILE: two.py\n```python\nx = 2\n")
    await expect(visitor.page.locator(".lw-file-tree [title^='two.py']:visible")).to_be_visible()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator(".lw-file-tree .selected:visible")).to_contain_text("one.py")
    manual_model.finish()


async def test_keys_generate_and_stop_and_escape_stops_nothing(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await visitor.page.get_by_label("What should it do?").press("Control+Enter")
    manual_model.write("x = 1\n")
    await visitor.wait_for_code("x = 1\n")
    await visitor.page.keyboard.press("Escape")
    manual_model.write("y = 2\n")
    await visitor.wait_for_code("x = 1\ny = 2\n")
    await visitor.page.keyboard.press("Control+.")
    await visitor.expect_text("This was stopped here, and is kept.")
    async with asyncio.timeout(5):
        await manual_model.client_left.wait()


async def test_a_page_that_lost_its_connection_catches_up(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER[:30])
    await visitor.wait_for_code(ANSWER[:30])
    await visitor.context.set_offline(True)
    manual_model.write(ANSWER[30:], size=4)
    manual_model.finish()
    await asyncio.sleep(1)  # the time that the line is dead
    await visitor.context.set_offline(False)
    await visitor.wait_for_code(ANSWER)


async def test_state_changes_are_announced_and_tokens_are_not(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write("secret = 1\n")
    spoken = visitor.page.get_by_role("status")
    await expect(spoken).to_have_text("Backend: running")
    manual_model.finish()
    await expect(spoken).to_have_text("Backend: complete")


async def test_a_phone_shows_one_part_at_a_time_and_its_code_takes_the_height(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    page = visitor.page
    await visitor.create_project(name="A rather long name for a project that is read on a phone")
    await page.set_viewport_size({"width": 390, "height": 844})
    prompt, versions = page.get_by_label("What should it do?"), page.locator(".lw-version-list")
    wish, app = page.get_by_label("Ask for a change of the backend"), page.locator(".lw-app-view")
    editor, tabs = page.locator("[data-testid=code-backend] .cm-scroller"), page.get_by_label("Parts of the studio")
    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER)
    await visitor.wait_for_code(ANSWER)
    await expect(tabs.get_by_role("button", name="Code, live")).to_have_attribute("aria-current", "true")
    box = await editor.bounding_box()
    assert box
    assert box["height"] > 844 / 2
    for part, shown in (("Ask", prompt), ("Code, live", editor), ("App", app), ("Versions", versions)):
        await tabs.get_by_role("button", name=part, exact=True).click()
        for element in (prompt, editor, app, versions):
            await expect(element).to_be_visible(visible=element is shown)
        await expect(wish).to_be_visible(visible=part == "Versions")
        for width in (320, 390):
            await page.set_viewport_size({"width": width, "height": 844})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
    manual_model.finish()
    await page.goto(visitor.url)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_what_another_tab_saved_is_neither_overwritten_nor_missed(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project(prompt="First wish.")
    other = await visitor.open_tab()
    wish = other.page.get_by_label("What should it do?")
    await expect(wish).to_have_value("First wish.")
    await visitor.page.get_by_label("What should it do?").fill("Second wish.")
    await visitor.press("Generate Backend (Live)")
    manual_model.finish()
    await expect(wish).to_have_value("Second wish.")
    await other.press("Generate Frontend (Live)")
    await visitor.page.reload()
    await expect(visitor.page.get_by_label("What should it do?")).to_have_value("Second wish.")


async def test_an_older_version_is_shown_made_current_and_downloaded(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project("Choir")
    for text in ("print(1)", "print(2)"):
        await visitor.press("Generate Backend (Live)")
        manual_model.write(f"### FILE: main.py\n```python\n{text}\n```\n")
        manual_model.finish()
        await visitor.wait_for_code(f"### FILE: main.py\n```python\n{text}\n```\n")
        await visitor.wait_until_idle()
    await visitor.page.locator(".lw-version").last.click()
    await visitor.press("Make current")
    await expect(visitor.page.locator(".lw-version").last).to_contain_text("current")
    async with visitor.page.expect_download() as download:
        await visitor.press("Download")
    saved = await download.value
    assert saved.suggested_filename == "Choir-backend.zip"
    with zipfile.ZipFile(await saved.path()) as archive:
        assert archive.read("main.py") == b"print(1)\n"


IS_ABOVE = "(upper, lower) => upper.getBoundingClientRect().bottom <= lower.getBoundingClientRect().top"


@pytest.mark.parametrize("width", [1400, 390])
async def test_nothing_covers_the_end_of_a_long_first_line(
    visitor: BrowserUser, manual_model: ManualModel, width: int
) -> None:
    await visitor.create_project()
    await visitor.page.set_viewport_size({"width": width, "height": 860})
    await visitor.press("Generate Backend (Live)")
    answer = f"### FILE: main.py\n```python\nx = '{'long ' * 60}'\n```\n"
    manual_model.write(answer)
    manual_model.finish()
    await visitor.wait_for_code(answer)
    await visitor.wait_until_idle()
    await expect(visitor.page.locator(".cm-line:visible").first).to_contain_text("long long")
    line = await visitor.page.locator(".cm-line:visible").first.element_handle()
    for name in ("Copy file", "Download file", "Copy"):
        # Both at once: a bar that appears above them moves both.
        assert await visitor.button(name).evaluate(IS_ABOVE, line)
