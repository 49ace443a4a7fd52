"""How long a running app takes to show, in Chromium with a warm cache: `uv run python -m tests.benchmarks.app_starts`.

From the moment in which its page is asked for, or in which a new version is there, to what the app itself shows.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.benchmarks.processes import describe_machine
from tests.support.app_runtime import link_runtime
from tests.support.browser_setup import SwitchableModel, launched_browser, product_over
from tests.support.users.app_user import START_MILLISECONDS, app, run, write
from tests.support.users.browser_user import BrowserUser

REPETITIONS = 5
FASTAPI, REACT = "Python · FastAPI", "TypeScript · React"
API = {
    "main.py": """from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("sqlite:///words.db")


class Base(DeclarativeBase):
    pass


class Word(Base):
    __tablename__ = "words"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


Base.metadata.create_all(engine)
app = FastAPI(version="NUMBER")


def session():
    with Session(engine) as opened:
        yield opened


@app.get("/api/words")
def words(db: Session = Depends(session)) -> list[str]:
    return [word.text for word in db.scalars(select(Word))] + ["version NUMBER"]
"""
}
PAGE = {
    "index.html": "<!doctype html><p></p><script>fetch('/api/words').then((answer) => answer.json()).then((words) => {"
    " document.querySelector('p').textContent = words.join(); });</script>"
}
PARTS = 8


def react_app(number: int) -> dict[str, str]:
    """Ten files: a page, a component and its parts, of which each imports a library."""
    names = [f"Part{part}" for part in range(PARTS)]
    parts = {
        f"src/{name}.tsx": f"import {{ useState }} from 'react';\nexport const {name} = () => "
        f"<p>{{useState<string>('{name} {number}')[0]}}</p>;\n"
        for name in names
    }
    imports = "".join(f"import {{ {name} }} from './{name}';\n" for name in names)
    shown = "".join(f"<{name} />" for name in names)
    return parts | {
        "src/App.tsx": f"{imports}export default () => <>{shown}</>;\n",
        "src/main.tsx": "import { createRoot } from 'react-dom/client';\nimport App from './App';\n"
        "createRoot(document.getElementById('root')!).render(<App />);\n",
    }


async def until_shown(user: BrowserUser, text: str) -> float:
    """Seconds until the app shows this text."""
    began = time.perf_counter()
    await expect(app(user).locator("body")).to_contain_text(text, timeout=START_MILLISECONDS)
    return time.perf_counter() - began


async def reopened(user: BrowserUser, text: str) -> float:
    """Seconds from asking for the studio's page until the app shows this text."""
    began = time.perf_counter()
    await user.page.reload(wait_until="commit")
    await until_shown(user, text)
    return time.perf_counter() - began


async def opened(user: BrowserUser, text: str) -> float:
    """Seconds from the press that leads from the code to the app, until the app shows this text."""
    await user.press("Code")
    await expect(user.page.get_by_test_id("app")).to_have_count(0)
    began = time.perf_counter()
    await user.press("App")
    await until_shown(user, text)
    return time.perf_counter() - began


async def measure_back_end(user: BrowserUser, model: SwitchableModel) -> tuple[list[float], list[float]]:
    """The seconds of each opening, and of each new version of a back end."""
    await user.create_project()
    await run(user, model.active, Side.FRONTEND, PAGE)
    openings, versions = [], []
    for number in range(REPETITIONS):
        files = {path: text.replace("NUMBER", str(number)) for path, text in API.items()}
        await write(user, model.active, Side.BACKEND, files, FASTAPI)
        versions.append(await until_shown(user, f"version {number}"))
        openings.append(await reopened(user, f"version {number}"))
    return openings, versions[1:]


async def measure_front_end(user: BrowserUser, model: SwitchableModel) -> tuple[list[float], list[float]]:
    """The seconds of each opening of an app in React: with the studio's page, and in it."""
    await user.page.goto(user.url)
    await user.create_project()
    await run(user, model.active, Side.FRONTEND, react_app(0), REACT)
    shown = f"Part{PARTS - 1} 0"
    with_page = [await reopened(user, shown) for _ in range(REPETITIONS)]
    return with_page, [await opened(user, shown) for _ in range(REPETITIONS)]


async def main() -> None:
    """Print the table."""
    print(f"Machine: {describe_machine()}\n")
    model = SwitchableModel()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        await link_runtime(home)
        async with launched_browser() as browser, product_over(home, model, LIVEWRIGHT_TRY="off") as product:
            user = await BrowserUser.open_window(browser, product.url)
            await user.register("bench")
            openings, versions = await measure_back_end(user, model)
            react_with_page, react = await measure_front_end(user, model)
    print("| shown after, at the median and at most | seconds | |\n|---|---|---|")
    for name, seconds in (
        ("FastAPI and SQLAlchemy, opened with the studio's page", openings),
        ("FastAPI and SQLAlchemy, a new version", versions),
        ("React, ten files, opened with the studio's page", react_with_page),
        ("React, ten files, opened from its code", react),
    ):
        print(f"| {name} | {median(seconds):.2f} | {max(seconds):.2f} |")


if __name__ == "__main__":
    asyncio.run(main())
