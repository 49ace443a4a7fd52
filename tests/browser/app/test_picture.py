"""The picture of a running app on its project's card, taken in the sandbox."""

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ServerProcess
from tests.support.users.app_user import write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = {
    "index.html": '<!doctype html><link rel="stylesheet" href="a.css"><div @click="x" :class="y">Hello</div>'
    "<canvas width=300 height=300></canvas><script>"
    "const context = document.querySelector('canvas').getContext('2d');"
    "context.fillStyle = 'rgb(200, 0, 0)'; context.fillRect(0, 0, 300, 300);</script>",
    "a.css": "body { margin: 0; background: rgb(0, 0, 200) } div { height: 20px } canvas { display: block }",
}
COLORS = """(image) => {
  const context = document.createElement("canvas").getContext("2d");
  context.drawImage(image, 0, 0);
  const isNear = (x, y, wanted) =>
    context.getImageData(x, y, 1, 1).data.slice(0, 3).every((each, index) => Math.abs(each - wanted[index]) < 20);
  return [image.naturalWidth, image.naturalHeight, isNear(250, 3, [0, 0, 200]), isNear(20, 60, [200, 0, 0])];
}"""


async def test_a_card_shows_the_app_to_its_owner_alone(
    visitor: BrowserUser, manual_model: ManualModel, product: ServerProcess
) -> None:
    await visitor.create_project()
    await write(visitor, manual_model, Side.FRONTEND, PAGE)
    projects = await visitor.context.new_page()
    await projects.goto(visitor.url)
    picture = projects.locator("img.lw-project-picture")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate(COLORS) == [720, 252, True, True]
    address = f"{product.url}{await picture.get_attribute('src')}"
    answer = await projects.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    stranger = await visitor.context.browser.new_context() if visitor.context.browser else None
    assert stranger
    assert (await stranger.request.get(address)).status == 404
    await stranger.close()
