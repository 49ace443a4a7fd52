"""How a run is written, as a person chooses it beside the code."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser_setup import SwitchableModel
from tests.support.servers.recording_model import RecordingModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

API = """### FILE: main.py
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/pears")
def pears(): ...
```
"""


@pytest_asyncio.fixture(loop_scope="session")
async def recording_model(model: SwitchableModel) -> RecordingModel:
    """A model for each test that records what it is asked."""
    model.active = recording_model = RecordingModel()
    return recording_model


async def opened(visitor: BrowserUser) -> None:
    """Open the options, and wait until the models were looked up."""
    await visitor.page.locator(".lw-options > .lw-row-btn").click()
    await visitor.expect_text("Default (m)")


async def written(
    visitor: BrowserUser, recording_model: RecordingModel, side: str = "Backend", answer: str = "x = 1\n"
) -> None:
    """Have a side written."""
    await visitor.press(f"Generate {side} (Live)")
    recording_model.write(answer)
    recording_model.finish()
    await visitor.wait_for_code(answer, side.lower())
    await visitor.wait_until_idle()


async def test_what_is_chosen_reaches_the_model(visitor: BrowserUser, recording_model: RecordingModel) -> None:
    await visitor.create_project()
    await written(visitor, recording_model)
    assert recording_model.request_bodies[0]["options"]["temperature"] == 0.2
    assert "seed" not in recording_model.request_bodies[0]["options"]
    await opened(visitor)
    await visitor.page.get_by_label("Model").click()
    await visitor.page.get_by_role("option", name="m · Ollama").click()
    await visitor.page.get_by_label("Temperature").fill("0,7")
    await visitor.page.get_by_label("Seed").fill("42")
    await visitor.page.get_by_label("Most tokens").fill("2,000")
    await visitor.expect_text("m · temperature 0,7 · seed 42 · up to 2,000")
    await written(visitor, recording_model, answer="y = 2\n")
    options = recording_model.request_bodies[1]["options"]
    assert (options["temperature"], options["seed"], options["num_predict"]) == (0.7, 42, 2000)


async def test_what_is_chosen_outlives_a_reload(visitor: BrowserUser, recording_model: RecordingModel) -> None:
    await visitor.create_project()
    await opened(visitor)
    await visitor.page.get_by_label("Seed").fill("7")
    await visitor.expect_text("seed 7")
    await visitor.page.reload()
    await visitor.expect_text("seed 7")
    await written(visitor, recording_model)
    assert recording_model.request_bodies[0]["options"]["seed"] == 7


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("Temperature", "warm", "The temperature is a number from 0"),
        ("Temperature", "2.1", "The temperature is a number from 0"),
        ("Temperature", "nan", "The temperature is a number from 0"),
        ("Seed", "-1", "The seed is a whole number from 0"),
        ("Seed", "2147483648", "The seed is a whole number from 0"),
        ("Most tokens", "0", "The most tokens are a whole number from 1"),
        ("Most tokens", "1.5", "The most tokens are a whole number from 1"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_sentence(
    visitor: BrowserUser, recording_model: RecordingModel, label: str, typed: str, sentence: str
) -> None:
    await visitor.create_project()
    await opened(visitor)
    await visitor.page.get_by_label(label).fill(typed)
    alert = visitor.page.locator(".lw-options [role=alert]:visible")
    await expect(alert).to_contain_text(sentence)
    await expect(visitor.page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    await visitor.page.locator(".lw-options > .lw-row-btn").click()
    await expect(visitor.page.get_by_label(label)).not_to_be_visible()
    await visitor.press("Generate Backend (Live)")
    await expect(visitor.page.locator(".lw-error-toast")).to_contain_text(sentence)
    await expect(visitor.page.get_by_label(label)).to_be_visible()
    assert recording_model.request_bodies == []
    await visitor.page.get_by_label(label).fill("1")
    await expect(alert).to_have_count(0)


async def test_a_front_end_is_told_of_the_back_end_unless_that_is_switched_off(
    visitor: BrowserUser, recording_model: RecordingModel
) -> None:
    await visitor.create_project()
    await written(visitor, recording_model, answer=API)
    await opened(visitor)
    switch = visitor.page.get_by_role("switch", name="Tell the front end")
    await expect(switch).not_to_be_visible()
    await written(visitor, recording_model, "Frontend", "<p>1</p>")
    await expect(switch).to_be_visible()
    await switch.click()
    await visitor.expect_text("without the API")
    await written(visitor, recording_model, "Frontend", "<p>2</p>")
    assert "/pears" in recording_model.prompt_text(1)
    assert "/pears" not in recording_model.prompt_text(2)
