"""A page links its one script and its one style sheet."""

import pytest

from core.review.repairs.web.links import link_files
from tests.support.repairs import repaired

PAGE = "<!doctype html>\n<html>\n<head>\n<title>A</title>\n</head>\n<body>\n<p>A</p>\n</body>\n</html>\n"


def test_what_is_not_linked_is() -> None:
    texts = {"index.html": PAGE, "styles.css": "p {}\n", "script.js": "f();\n"}
    after = repaired(link_files, texts, stack="html")["index.html"]
    assert '<link rel="stylesheet" href="styles.css">\n</head>' in after
    assert '<script defer src="script.js"></script>\n</body>' in after


def test_a_module_is_linked_as_one_by_its_path_from_the_page() -> None:
    texts = {"public/index.html": PAGE, "js/app.js": "export const a = 1;\n"}
    after = repaired(link_files, texts, stack="html")["public/index.html"]
    assert '<script type="module" src="../js/app.js"></script>\n</body>' in after


@pytest.mark.parametrize(
    "texts",
    [
        {"index.html": PAGE.replace("<p>", "<script>f();</script><p>"), "script.js": "g();\n"},
        {"index.html": PAGE.replace("<p>", '<script src="script.js"></script><p>'), "script.js": "g();\n"},
        {"index.html": PAGE.replace("</head>", "<style>p {}</style></head>"), "styles.css": "p {}\n"},
        {"index.html": PAGE, "a.js": "f();\n", "b.js": "g();\n"},
        {"index.html": PAGE, "about.html": PAGE, "script.js": "g();\n"},
        {"index.html": "<p>no end", "script.js": "g();\n"},
        {"index.html": PAGE, "server.js": "f();\n"},
    ],
)
def test_what_is_not_certain_stays(texts: dict[str, str]) -> None:
    assert repaired(link_files, texts, stack="html") == {}


def test_a_page_of_another_stack_stays() -> None:
    assert repaired(link_files, {"index.html": PAGE, "script.js": "g();\n"}, stack="react") == {}


def test_a_library_from_elsewhere_is_no_script_of_the_app() -> None:
    page = PAGE.replace("</head>", '<script src="https://cdn.example/vue.js"></script></head>')
    assert "script.js" in repaired(link_files, {"index.html": page, "script.js": "g();\n"}, stack="html")["index.html"]
