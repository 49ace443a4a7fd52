import base64
import json
import re

import pytest

from core.catalog.stacks import STACKS, Side
from core.errors import NotFound
from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.versions.preview import MAX_INLINED_LENGTH, build_document, find_start_page, preview_obstacle
from tests.support.cpu_time import cpu_limit

DATA = re.compile(r"data:([\w/+.-]+);charset=utf-8;base64,([\w+/=]*)")


def files(**texts: str) -> list[SourceFile]:
    """``index_html="…"`` is index.html, ``css__main_css="…"`` is css/main.css."""
    paths = {name: re.sub(r"_(\w+)$", r".\1", name.replace("__", "/")) for name in texts}
    return [SourceFile(path, language_of(path), texts[name]) for name, path in paths.items()]


def inside(text: str) -> list[tuple[str, str]]:
    """What lies in the data: URLs of a text, in order."""
    return [(mime, base64.b64decode(data).decode()) for mime, data in DATA.findall(text)]


def modules(text: str) -> dict[str, str]:
    """The import map's modules, as text."""
    found = re.search(r'<script type="importmap">(.*?)</script>', text)
    assert found
    return {name: inside(url)[0][1] for name, url in json.loads(found[1])["imports"].items()}


def test_style_sheets_scripts_and_images_become_part_of_the_page() -> None:
    page = (
        '<link rel="stylesheet" href="styles.css" media="print"><script src=script.js defer></script><img src="a.svg">'
    )
    made = build_document(files(index_html=page, styles_css="p {}", script_js="let a", a_svg="<svg/>"))
    assert inside(made) == [
        ("text/css", "p {}"),
        ("text/javascript", "let a\n//# sourceURL=script.js"),
        ("image/svg+xml", "<svg/>"),
    ]
    assert re.sub(DATA, "…", made) == (
        '<link rel="stylesheet" href="…" media="print"><script src="…" defer></script><img src="…">'
    )


@pytest.mark.parametrize("reference", ["css/a.css", "./css/a.css", "/css/a.css", "css/a.css?v=1#x", "x/../css/a%2Ecss"])
def test_a_path_is_relative_to_the_page(reference: str) -> None:
    made = build_document(files(index_html=f'<link href="{reference}">', css__a_css="p {}"))
    assert inside(made) == [("text/css", "p {}")]


@pytest.mark.parametrize("reference", ["a.css", "../src/a.css", "/src/a.css", "/a.css"])
def test_a_page_in_a_folder_has_its_own_neighbours(reference: str) -> None:
    made = build_document(files(src__index_html=f'<link href="{reference}">', src__a_css="p {}"), "src/index.html")
    assert inside(made) == [("text/css", "p {}")]


@pytest.mark.parametrize(
    "tag",
    [
        '<link href="missing.css">',
        '<script src="https://cdn.example/a.css"></script>',
        '<img src="//host/a.css">',
        '<img src="http://[broken">',
        '<img src="">',
        '<a href="a.css">',
        '<!-- <link href="a.css"> -->',
        "<textarea><link href='a.css'></textarea>",
        "<script>const tag = '<link href=\"a.css\">'</script>",
        '<p title="<link href=a.css>">',
    ],
)
def test_what_is_absent_foreign_or_no_part_of_the_page_stays(tag: str) -> None:
    assert build_document(files(index_html=tag, a_css="p {}")) == tag


def test_no_text_of_a_sibling_breaks_out() -> None:
    evil = "</script></style><img onerror=evil()> --> ]]>"
    page = '<link rel="stylesheet" href="a.css"><script src="a.js"></script><style>@import "a.css";</style>'
    made = build_document(files(index_html=page, a_css=evil, a_js=evil))
    assert "onerror" not in made
    assert made.count("</script>") == made.count("</style>") == 1


def test_a_style_sheet_brings_what_it_names() -> None:
    css = '@import "b.css"; @import url("../a/b.css"); p { background: url( \'img/x.svg\' ) } /* url(img/x.svg) */'
    made = build_document(
        files(index_html='<link href="a/a.css">', a__a_css=css, a__b_css="b {}", a__img__x_svg="<svg/>"),
    )
    ((_, sheet),) = inside(made)
    assert inside(sheet) == [("text/css", "b {}"), ("text/css", "b {}"), ("image/svg+xml", "<svg/>")]
    assert sheet.endswith("/* url(img/x.svg) */")


def test_style_elements_and_attributes_bring_what_they_name() -> None:
    page = "<style>p { background: url(a.svg) }</style><p style='background: url(a.svg)'>"
    assert inside(build_document(files(index_html=page, a_svg="<svg/>"))) == [("image/svg+xml", "<svg/>")] * 2


def test_modules_find_each_other_by_name_also_in_a_circle() -> None:
    page = '<script type="module" src="js/app.js"></script>'
    app = 'import { b } from "./b.js";\nimport "./gone.js";\nexport const a = 1;'
    made = build_document(
        files(index_html=page, js__app_js=app, js__b_js="import {a} from '/js/app.js'; export const b = 2")
    )
    assert modules(made) == {
        "project:/js/app.js": 'import { b } from "project:/js/b.js";\nimport "./gone.js";\nexport const a = 1;'
        "\n//# sourceURL=js/app.js",
        "project:/js/b.js": "import {a} from 'project:/js/app.js'; export const b = 2\n//# sourceURL=js/b.js",
    }
    assert inside(made)[-1] == ("text/javascript", 'import "project:/js/app.js";')
    assert made.index("importmap") < made.index("src=")


def test_a_module_in_the_page_and_an_import_on_demand_find_theirs() -> None:
    page = '<script type=module>import x from "./x.js"; import("./y.js")</script>'
    made = build_document(files(index_html=page, x_js="export default 1", y_js=""))
    assert set(modules(made)) == {"project:/x.js", "project:/y.js"}
    assert 'from "project:/x.js"; import("project:/y.js")' in made


def test_a_long_chain_of_modules_is_no_depth() -> None:
    chain = [SourceFile(f"m{n}.js", "javascript", f'import "./m{n + 1}.js"') for n in range(3000)]
    page = SourceFile("index.html", "html", '<script type=module src="m0.js"></script>')
    assert len(modules(build_document([page, *chain]))) == 3000


def test_style_sheets_that_import_each_other_end() -> None:
    made = build_document(files(index_html='<link href="a.css">', a_css='@import "b.css";', b_css='@import "a.css";'))
    assert len(made) < 1000


def test_what_doubles_itself_is_cut_short() -> None:
    sheets = [SourceFile(f"s{n}.css", "css", f'@import "s{n + 1}.css";' * 2) for n in range(60)]
    page = SourceFile("index.html", "html", '<link href="s0.css">' * 3)
    assert len(build_document([page, *sheets])) < 2 * MAX_INLINED_LENGTH


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", '<a b="', "<script>", "<script ", "url(", "@import '", "<style>url(", "/*", "a=", "<p " + "a" * 99],
)
def test_the_time_is_in_proportion_to_the_text(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    with cpu_limit(5):
        build_document(files(index_html=text, a_css=text, b_html=""))
        build_document(files(index_html="<link href=a.css><script src=a.js>", a_css=text, a_js=text))


def test_the_script_runs_first_but_after_the_doctype() -> None:
    made = build_document(files(index_html="<!-- a -->\n<!DOCTYPE html>\n<html>"), script="let s = '</script>'")
    assert made == (
        "<!-- a -->\n<!DOCTYPE html><script data-page=\"index.html\">let s = '<\\/script>'</script>\n<html>"
    )
    assert build_document(files(index_html="<p>"), script="1").startswith("<script data-page")


def test_a_page_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        build_document([], "about.html")


@pytest.mark.parametrize(
    ("paths", "front"),
    [
        (["script.js"], None),
        (["about.html", "src/index.html", "index.html"], "index.html"),
        (["about.html", "a/b/index.html", "src/index.html"], "src/index.html"),
        (["a/about.html", "home.htm", "b.html"], "home.htm"),
    ],
)
def test_the_front_page_is_the_index_nearest_to_the_root(paths: list[str], front: str | None) -> None:
    assert find_start_page(paths) == front


def test_only_what_a_browser_reads_as_it_is_runs_without_a_build() -> None:
    fronts = [stack for stack in STACKS if stack.side is Side.FRONTEND]
    assert [stack.id for stack in fronts if preview_obstacle(stack) is None] == ["html"]
    assert {stack.framework in (preview_obstacle(stack) or stack.framework) for stack in fronts} == {True}
