"""A back end of Express is started."""

import pytest

from core.review.repairs.web.express import add_start
from tests.support.repairs import repaired

MODULE = 'import express from "express";\n\nconst app = express();\napp.use(express.json());\n'


def test_an_app_that_nothing_starts_listens_at_its_end() -> None:
    assert repaired(add_start, {"a.ts": MODULE}, stack="express") == {"a.ts": f"{MODULE}\napp.listen(3000);\n"}


@pytest.mark.parametrize(
    "line", ["app.listen(8080);", "export default app;", "export { app };", "module.exports = app;"]
)
def test_an_app_that_is_started_or_passed_on_is_left_alone(line: str) -> None:
    assert repaired(add_start, {"a.ts": f"{MODULE}{line}\n"}, stack="express") == {}
