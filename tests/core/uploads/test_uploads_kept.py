"""What goes in as a zip comes out of it byte for byte, whatever text it is, and whatever a model does beside it."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog.stacks import Side
from core.projects.project import Project
from core.review.review_files import review
from core.review.reviews import ReviewFunction
from core.uploads.collector import MAX_UPLOADED_FILE_BYTES
from core.uploads.ignore_rules import name_ignore_reason
from core.uploads.unpack import UploadedFile
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.uploaded_zips import zipped
from tests.support.users.studio_user import StudioUser, wait_for_end

ROOT = Path(__file__).parents[3]
UGLY = b"import os\r\nx = [1,2]\r\nprint( os.name,x )"
MARKERS = "### FILE: b.py\n```python\nx = 1\n```\n</think>\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def upload(ada: StudioUser, project: Project, files: dict[str, bytes]) -> str:
    sent = [UploadedFile("app.zip", zipped(files))]
    return (await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)).run.id


async def downloaded(ada: StudioUser, run_id: str, *, formatted: bool = True) -> dict[str, bytes]:
    archive = await ada.studio.versions.download(ada.id, run_id, formatted=formatted)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


ENCODED_TEXTS = [
    pytest.param(b"a = 1\r\nb = 2\r\n", id="CRLF"),
    pytest.param(b"\xef\xbb\xbfa = 1\n", id="UTF-8 with a mark"),
    pytest.param(b"a = 1", id="no line end at the end"),
    pytest.param(b"a = 1\rb\n\r\n", id="mixed line ends"),
    pytest.param("é = 1\r\n".encode("utf-16"), id="UTF-16"),
    pytest.param("a = 1\n".encode("utf-16be"), id="UTF-16 without a mark"),
    pytest.param(b"# caf\xe9\nx = 1\n", id="Latin-1"),
    pytest.param("# “café” – 5 €\n".encode("cp1252"), id="Windows-1252"),  # noqa: RUF001 - signs of that encoding
    pytest.param("# これは設定です\n".encode("shift_jis"), id="Shift-JIS"),
    pytest.param("# 中文注释\n".encode("gbk"), id="GBK"),
    pytest.param(MARKERS.encode(), id="file markers"),
    pytest.param(b"", id="nothing"),
    pytest.param(UGLY, id="what a formatter would change"),
]


@pytest.mark.parametrize("content", ENCODED_TEXTS)
async def test_any_text_comes_out_as_it_went_in(ada: StudioUser, content: bytes) -> None:
    files = {"main.py": content, "docs/README.md": content}
    run_id = await upload(ada, await ada.create_project(), files)
    assert await downloaded(ada, run_id) == files
    assert await downloaded(ada, run_id, formatted=False) == files


async def test_nothing_is_formatted_and_nothing_is_said_of_it(ada: StudioUser) -> None:
    run_id = await upload(ada, await ada.create_project(), {"main.py": UGLY, "a.kt": b"val a = 1", "bad.py": b"f(:"})
    files = await ada.studio.versions.reviewed_files(ada.id, run_id)
    assert [(file.formatted, file.unformatted_reason) for file in files] == [(None, None)] * 3
    assert [problem.line for problem in files[2].problems] == [1], "it is checked all the same"


async def test_a_projects_archive_holds_the_bytes_too(ada: StudioUser) -> None:
    project = await ada.create_project()
    await upload(ada, project, {"main.py": UGLY})
    archive = await ada.studio.versions.download_project(ada.id, project.id)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        assert packed.read("backend/main.py") == UGLY


async def test_a_refinement_formats_what_it_wrote_and_leaves_the_rest(engine: ScriptedEngine, ada: StudioUser) -> None:
    unchanged = "### FILE: same.py\n```python\nprint( 1 )\n```\n"
    engine.play(text_script(f"### FILE: main.py\n```python\nx = [1,2]\n```\n{unchanged}"))
    files = {"main.py": UGLY, "other.py": UGLY, "same.py": b"print( 1 )\r\n"}
    run_id = await upload(ada, await ada.create_project(), files)
    refined = await ada.studio.versions.refine(ada.id, run_id, "shorter")
    await wait_for_end(await ada.log(refined))
    assert await downloaded(ada, refined.id) == {**files, "main.py": b"x = [1, 2]\n"}
    assert await downloaded(ada, refined.id, formatted=False) == {**files, "main.py": b"x = [1,2]\n"}
    assert await downloaded(ada, run_id) == files


async def test_a_model_is_shown_plain_text(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: new.py\n```\nb\n```\n"))
    run_id = await upload(ada, await ada.create_project(), {"main.py": b"# caf\xe9\r\nx = 1"})
    await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, run_id, "more")))
    assert "# café\nx = 1\n" in engine.requests[0].messages[-1].content


PAGE = b'<img src="images/logo.png" alt=""><img src="gone.png" alt=""><script src="dist/x.js"></script>\n'
LEFT_OUT = {
    "site/index.html": PAGE,
    "site/images/logo.png": b"\x89PNG\0",
    "site/dist/x.js": b"x",
    "site/main.py": b"from app.broken import f\nfrom app.gone import g\nfrom build.made import h\n\nprint(f, g, h)\n",
    "site/app/a.py": b"",
    "site/app/broken.py": "“Ahoj”, světe\n".encode() + b"\xe2\n",
    "site/build/made.py": b"h = 1\n",
}


async def test_what_the_upload_itself_left_out_is_not_missed(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: new.py\n```python\nfrom app.broken import x\n\nprint(x)\n```\n"))
    missing = [("index.html", "There is no file `gone.png`."), ("main.py", "There is no file `app/gone.py`.")]
    run_id = await upload(ada, await ada.create_project(), LEFT_OUT)
    assert await told(ada, run_id) == missing
    refined = await ada.studio.versions.refine(ada.id, run_id, "more")
    await wait_for_end(await ada.log(refined))
    assert await told(ada, refined.id) == missing, "nor where the upload is refined"


async def told(ada: StudioUser, run_id: str) -> list[tuple[str, str]]:
    files = await ada.studio.versions.reviewed_files(ada.id, run_id)
    return sorted((file.source.path, problem.message) for file in files for problem in file.problems)


NAMES = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
PATHS = st.builds(
    lambda folders, name, suffix: "/".join([*folders, name]) + suffix,
    st.lists(NAMES.map(lambda name: f"{name}d"), max_size=2),
    NAMES.map(lambda name: f"{name}f"),
    st.sampled_from([".py", ".ts", ".md", ".html", ".json", ".txt", ".css"]),
)
LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(["```", "````python", "~~~", "### FILE: a.py", "# app.py", "**main.py**", "</think>", "a```"]),
    )
)
TEXTS = st.builds(lambda lines, line_end: line_end.join(lines), LINES, st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
CONTENTS = st.one_of(
    st.builds(lambda text, encoding: text.encode(encoding), TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
    st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60).map(lambda s: s.encode("cp1252")),
)


@given(st.dictionaries(PATHS, CONTENTS, min_size=1, max_size=6))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_set_of_text_files_comes_out_as_it_went_in(ada: StudioUser, files: dict[str, bytes]) -> None:
    files = {"zz.py": b"", **files}
    project = await ada.create_project()
    sent = [UploadedFile("app.zip", zipped(files))]
    result = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)
    assert result.skipped == ()
    assert await downloaded(ada, result.run.id) == files


def own_sources() -> dict[str, bytes]:
    """The files of this repository whose names and sizes an upload takes."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout of the repository")
    paths = [path for path in listed.stdout.decode().split("\0") if path and not name_ignore_reason(path)]
    return {
        path: (ROOT / path).read_bytes() for path in paths if (ROOT / path).stat().st_size <= MAX_UPLOADED_FILE_BYTES
    }


async def test_the_products_own_sources_are_all_taken(ada: StudioUser) -> None:
    project = await ada.create_project()
    sources = own_sources()
    assert len(sources) > 200
    for start in range(0, len(sources), 100):
        part = {"zz.py": b"", **dict(list(sources.items())[start : start + 100])}
        sent = [UploadedFile("app.zip", zipped(part))]
        result = await ada.studio.uploads.add(ada.id, project.id, Side.FRONTEND, sent)
        assert result.skipped == ()
        served = await ada.studio.versions._version_files.files_of(await ada.log(result.run))
        assert {file.path: file.encoded.content for file in served} == part
