"""Elements that a script looks for and that no page has."""

import pytest

from core.review.checking.checks import check
from core.review.checking.problem import ProblemKind
from tests.support.source_files import found_in, source_file

PAGE = '<!doctype html>\n<html lang="en">\n<body><ul id="list"></ul><script src="a.js"></script></body>\n</html>\n'


async def missing(script: str, page: str = PAGE, *others: tuple[str, str]) -> list[str]:
    files = [
        source_file("index.html", page),
        source_file("a.js", script),
        *(source_file(path, text) for path, text in others),
    ]
    found = (await check(files)).problems
    return [problem.message for problem in found["a.js"] if problem.kind is ProblemKind.ELEMENT]


@pytest.mark.parametrize(
    "script",
    [
        "const a = document.getElementById('note');\na.remove();\na.x = 1;",
        "function f() { a = document.getElementById('note'); }\na.remove();",
        "const ui = { note: document.getElementById('note') };\nui.note.remove();",
        "this.note = document.getElementById('note');\nthis.note.remove();",
        "$('x');\ndocument.getElementById(`note`).addEventListener('click', f);",
    ],
)
async def test_a_name_for_the_element_is_followed(script: str) -> None:
    assert await missing(script) == ["No element has the id `note`."]


async def test_types_change_nothing() -> None:
    script = "(document.getElementById('a') as HTMLElement).focus();\nlet b = document.getElementById('b')!;\nb.x();"
    found = await found_in(("index.html", "<p>x</p>\n"), ("a.ts", script))
    assert found == ["a.ts:1 No element has the id `a`.", "a.ts:2 No element has the id `b`."]


async def test_a_script_that_no_page_runs_may_see_other_pages() -> None:
    page, extension = ("popup.html", '<script src="popup.js"></script>\n'), ("manifest.json", '{"manifest_version": 3}')
    assert await found_in(page, ("content.js", LOOKUP), ("popup.js", "")) == []
    assert await found_in(page, extension, ("popup.js", LOOKUP)) == []


@pytest.mark.parametrize("call", ['document.getElementById("note")', "document.querySelector('#note')"])
async def test_an_id_that_no_element_has_is_told_once(call: str) -> None:
    assert await missing(f"{call}.value = 1;\n{call}.value = 2;\n") == ["No element has the id `note`."]


@pytest.mark.parametrize(
    "script",
    [
        'document.getElementById("list").append("x");',
        'const p = document.createElement("p");\np.id = "note";\ndocument.getElementById("note");',
        'p.setAttribute("id", "note");\ndocument.getElementById("note");',
        'list.innerHTML = `<b id="note"></b>`;\ndocument.getElementById("note");',
        'list.innerHTML = `<b id="n-${i}"></b>`;\ndocument.getElementById("note");',
        'document.getElementById("note")?.focus();',
        "document.querySelector('#list li');",
        "const a = document.getElementById('note');\nif (a) a.remove();",
        "const a = document.getElementById('note');\nif (!a) throw new Error('x');\na.remove();",
        "const b = document.querySelector('#note') ?? document.body;\nb.focus();",
        "const c = document.getElementById('note');\nc?.click();",
        "if (document.getElementById('note')) {\n  document.getElementById('note').remove();\n}",
        "const a = document.getElementById('note');\na && a.remove();",
        "const a = document.getElementById('note');\nshow(a);\na.remove();",
        "const a = document.getElementById('note');\n[a].filter(Boolean).forEach((e) => e.remove());\na.remove();",
        "const ui = { note: document.getElementById('note') };\nui.note?.remove();",
        "this.note = document.getElementById('note');\nif (this.note) this.note.remove();",
        "try { document.getElementById('note').remove(); } catch {}",
        "return document.getElementById('note');",
        "frame.contentDocument.getElementById('note').remove();",
        "let a = document.getElementById('note');\na = a || make();\na.remove();",
        "const ok = !!document.getElementById('note');",
    ],
)
async def test_an_id_that_is_there_or_may_be_is_not(script: str) -> None:
    assert await missing(script) == []


async def test_where_a_build_makes_the_page_nothing_is_missed() -> None:
    assert await missing('document.getElementById("note");', PAGE, ("package.json", "{}")) == []


LOOKUP = 'document.getElementById("note").focus();'


@pytest.mark.parametrize(
    "page",
    [
        "<p id=note>",
        "<p class=a ID='note'>",
        "<script>p.id = 'note'</script>",
        "<p data-html='<b id=note></b>'>",
        "<p onclick=\"this.id='note'\">",
        "<p {% if a > b %} id=note {% endif %}>",
        "<p id=note <b>",
    ],
)
async def test_an_id_counts_wherever_the_page_may_get_it_from(page: str) -> None:
    assert await missing(LOOKUP, page) == []


@pytest.mark.parametrize("page", ["<!-- <p id=note> -->", "<p>The id: note</p>", "<p data-id=note>", "<p idx=note>"])
async def test_what_only_looks_like_an_id_is_none(page: str) -> None:
    assert await missing(LOOKUP, page) == ["No element has the id `note`."]


@pytest.mark.parametrize(
    "others", [("a.ts", "el.id = name;"), ("b.js", "el.setAttribute('id', name)"), ("c.js", "`<b id=${i}>`")]
)
async def test_where_a_script_composes_ids_nothing_is_missed(others: tuple[str, str]) -> None:
    assert await missing(LOOKUP, PAGE, others) == []


async def test_without_a_page_nothing_is_missed() -> None:
    assert await found_in(("a.js", LOOKUP)) == []
