"""Code that a person brings along by the page, and a model that goes on from it."""

import io
import zipfile

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, expect

from tests.support.browser_setup import SwitchableModel
from tests.support.servers.recording_model import RecordingModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def recording_model(model: SwitchableModel) -> RecordingModel:
    """A model for each test that records what it is asked."""
    model.active = recording_model = RecordingModel()
    return recording_model


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def zipped(files: dict[str, bytes]) -> FilePayload:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return payload("shop.zip", packed.getvalue())


SHOP = zipped({"shop/app.py": b"import flask\n\nPRICE = 42\n", "shop/.env": b"KEY=1", "shop/node_modules/a.js": b"x"})


async def bring(visitor: BrowserUser, *files: FilePayload) -> None:
    await visitor.press("Bring your own code…")
    await drop(visitor, *files)


async def drop(visitor: BrowserUser, *files: FilePayload) -> None:
    async with visitor.page.expect_file_chooser() as chooser:
        await visitor.press("Choose files")
    await (await chooser.value).set_files(list(files))


async def test_a_zip_is_taken_shown_and_then_refined_by_the_model(
    visitor: BrowserUser, recording_model: RecordingModel
) -> None:
    await visitor.create_project("Shop")
    await bring(visitor, SHOP)
    await visitor.expect_text("1 file taken: the current version of the back end now.")
    await visitor.expect_text("The stack is Python · Flask")
    await expect(visitor.page.locator(".lw-skipped-files code")).to_have_text(["shop/.env", "shop/node_modules/"])
    await visitor.expect_text("This may hold secrets")
    await visitor.press("Done")
    await visitor.wait_for_code("### FILE: app.py\n```python\nimport flask\n\nPRICE = 42\n```\n")
    await visitor.expect_text("uploaded shop.zip: 1 file")
    await visitor.page.get_by_label("Ask for a change of the backend").fill("double the price")
    await visitor.press("Refine")
    recording_model.write("### FILE: app.py\n```python\nPRICE = 84\n```\n")
    recording_model.finish()
    await visitor.wait_for_code("### FILE: app.py\n```python\nPRICE = 84\n```\n")
    assert "PRICE = 42" in recording_model.prompt_text()
    assert "double the price" in recording_model.prompt_text()
    assert "KEY=1" not in recording_model.prompt_text()
    assert "Flask" in recording_model.prompt_text()


async def test_generate_extends_what_was_brought(visitor: BrowserUser, recording_model: RecordingModel) -> None:
    await visitor.create_project("Shop", prompt="A shop with a basket.")
    await bring(visitor, payload("app.py", b"PRICE = 42"), payload("basket.py", b"ITEMS = []"))
    await visitor.expect_text("2 files taken")
    await visitor.press("Done")
    await visitor.press("Generate Backend (Live)")
    recording_model.write("### FILE: new.py\n```python\nx = 1\n```\n")
    recording_model.finish()
    await visitor.wait_for_code("### FILE: new.py\n```python\nx = 1\n```\n")
    for words in ("PRICE = 42", "ITEMS = []", "A shop with a basket."):
        assert words in recording_model.prompt_text()


async def test_the_other_side_can_be_chosen_in_the_dialog(
    visitor: BrowserUser, recording_model: RecordingModel
) -> None:
    await visitor.create_project()
    await visitor.press("Bring your own code…")
    await visitor.press("Front end")
    await drop(visitor, payload("index.html", b"<p>hello</p>"))
    await visitor.expect_text("1 file taken: the current version of the front end now.")
    await visitor.press("Done")
    await visitor.wait_for_code("### FILE: index.html\n```html\n<p>hello</p>\n```\n", "frontend")
    assert recording_model.request_bodies == []


async def test_what_cannot_be_taken_is_said_and_another_can_be_chosen(visitor: BrowserUser) -> None:
    await visitor.create_project()
    await bring(visitor, payload("shop.zip", b"this is no zip"))
    await visitor.expect_text("This is no zip that can be read: pack it anew.")
    await drop(visitor, payload("logo.png", b"\x89PNG\0"))
    await visitor.expect_text("There is no file in this that can be taken. logo.png: This is no text.")
    await drop(visitor, payload("large.zip", b"x" * 10_000_001))
    await visitor.expect_text("These are more than 10 MB")
    await drop(visitor, SHOP)
    await visitor.expect_text("1 file taken")


async def test_while_a_side_is_being_written_nothing_is_taken_for_it(
    visitor: BrowserUser, recording_model: RecordingModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    recording_model.write("x = 1\n")
    await visitor.wait_for_code("x = 1\n")
    await bring(visitor, SHOP)
    await visitor.expect_text("The backend is being written: stop that first, then upload.")
    recording_model.finish()
    await visitor.wait_until_idle()
    await drop(visitor, SHOP)
    await visitor.expect_text("1 file taken")


async def test_a_file_can_be_dropped(visitor: BrowserUser) -> None:
    await visitor.create_project()
    await visitor.press("Bring your own code…")
    carried = await visitor.page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['a = 1'], 'a.py')); return data; }"
    )
    await visitor.page.locator(".lw-drop-zone").dispatch_event("dragover", {"dataTransfer": carried})
    await visitor.page.locator(".q-uploader__dnd").dispatch_event("drop", {"dataTransfer": carried})
    await visitor.expect_text("1 file taken")


async def test_the_dialog_fits_on_a_phone(visitor: BrowserUser) -> None:
    await visitor.create_project()
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await bring(visitor, zipped({"a.py": b"", f"{'folder/' * 20}package-lock.json": b"x"}))
    await visitor.expect_text("1 file taken")
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    dialog = await visitor.page.locator(".lw-dialog:visible").bounding_box()
    assert dialog is not None
    assert dialog["x"] >= 0
    assert dialog["x"] + dialog["width"] <= 390
