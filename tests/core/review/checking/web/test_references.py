"""Files that tags and style sheets refer to."""

import pytest

from tests.support.source_files import found_in

MISSING = {
    "script": (
        [("index.html", '<p>x\n<script src="script.js"></script>\n')],
        "index.html:2 There is no file `script.js`.",
    ),
    "vite": (
        [("index.html", '<script type="module" src="/src/main.tsx"></script>\n')],
        "index.html:1 There is no file `/src/main.tsx`.",
    ),
    "link": (
        [("index.html", '<link rel="stylesheet" href="css/a.css?v=1">\n')],
        "index.html:1 There is no file `css/a.css?v=1`.",
    ),
    "page": ([("index.html", '<a href="about.html#x">x</a>\n')], "index.html:1 There is no file `about.html#x`."),
    "css import": ([("a.css", '\n@import "./b.css";\n')], "a.css:2 There is no file `./b.css`."),
    "css url": ([("a.css", "a { background: url(img/x.svg) }\n")], "a.css:1 There is no file `img/x.svg`."),
}

THERE = {
    "elsewhere": [
        ("a.html", '<link rel="icon" href="favicon.ico"><script src="https://x/y.js"></script><a href="#a">x</a>\n'),
        (
            "b.html",
            '<img src="data:image/png;base64,x"><img src="{{ url }}"><script src="/socket.io/io.js"></script>\n',
        ),
    ],
    "by a server": [("templates/a.html", '<link rel="stylesheet" href="css/a.css">\n'), ("static/css/a.css", "")],
    "in comments": [("a.css", '/* @import "./b.css"; url(x.png) */\n@import "tailwindcss";\na { b: url(#x) }\n')],
}


@pytest.mark.parametrize("name", MISSING)
async def test_a_file_that_is_not_there_is_told(name: str) -> None:
    files, message = MISSING[name]
    assert await found_in(*files) == [message]


@pytest.mark.parametrize("name", THERE)
async def test_what_is_there_or_may_be_is_not_missed(name: str) -> None:
    assert await found_in(*THERE[name]) == []


@pytest.mark.parametrize(
    ("path", "text", "reference"),
    [
        ("a.html", "<img src='b&amp;c.png'>", "b&c.png"),
        ("a.html", "<img src=b%20c.png>", "b c.png"),
        ("a.html", "<video poster=b.png src=c.mp4></video>", "b.png"),
        ("a.html", "<style>@import './b.css';</style>", "./b.css"),
        ("a.html", "<object data=b.svg></object>", "b.svg"),
        ("a.vue", "<template><img src='./b.png'></template>", "./b.png"),
        ("a.scss", "a { b: url(./c.png) }", "./c.png"),
    ],
)
async def test_every_kind_of_reference_is_followed(path: str, text: str, reference: str) -> None:
    assert f"{path}:1 There is no file `{reference}`." in await found_in((path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.html", "<img src='b&amp;c.png'><img src=d%20e.png>"),
        ("a.html", "<a href='/about.html'>x</a><a href=about>y</a><img src=/logo.png>"),
        ("a.html", "<img src=../outside.png><script src=dist/app.js></script><a href=sub/index.html>x</a>"),
        ("a.html", "<link rel=icon href=x.ico><link rel='apple-touch-icon' href=y.png><link rel=manifest href=z>"),
        ("a.html", "<!-- <img src=x.png> --><textarea><img src=x.png></textarea>"),
        ("a.html", "<img src=''><img><script src='http://[x'></script>"),
        ("a.vue", "<template><img src='@/b.png'><img src=c.png></template>"),
        ("a.svelte", "<img src='./b.png'>"),
        ("a.scss", "@import './variables'; @use 'x';"),
        ("a.less", "@import 'x.less';"),
        ("a.css", "@import 'tailwindcss'; a { b: url(~c/d.png) url(/e.png) url(@f) url(#g) url($h) }"),
    ],
)
async def test_what_is_there_elsewhere_or_without_a_file_is_not_missed(path: str, text: str) -> None:
    files = [("b&c.png", ""), ("d e.png", ""), ("sub/index.html", "<p>")]
    assert await found_in((path, text), *files) == []


@pytest.mark.parametrize(
    "page",
    [
        "{% block a %}<link rel='stylesheet' href='_static/print.css'>{% endblock %}",
        "<link rel='service-desc' href='./_stcore/openapi.json'>",
        "<link rel='preload' href='made.js'>",
    ],
)
async def test_what_a_server_adds_is_not_missed(page: str) -> None:
    assert await found_in(("index.html", f"{page}\n")) == []
