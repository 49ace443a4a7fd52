"""Tags that are left open or close nothing."""

import pytest

from core.review.checking.web.markup import markup_problems
from tests.support.source_files import source_file


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.html", "<main>\n  <div>\n</main>", (2, 3, "`<div>` is never closed.")),
        ("a.html", "<main>\n</div></main>", (2, 1, "`</div>` closes nothing.")),
        ("a.html", "<ul><li>a</ul></li>", (1, 15, "`</li>` closes nothing.")),
        ("a.html", "<div>\n<span <b>x</b></span></div>", (2, 1, "This tag has no end.")),
        ("a.html", '<p>\n<a href="b>c</a>', (2, 1, "This tag has no end.")),
        ("a.html", "<div>\n</div", (1, 1, "`<div>` is never closed.")),
        ("a.html", "<p>\n<!-- a", (2, 1, "`<!--` is never closed.")),
        ("a.html", "<p>\n<script>let a;", (2, 1, "`<script>` is never closed.")),
        ("a.html", "<textarea>\n</main>", (1, 1, "`<textarea>` is never closed.")),
        ("a.vue", "<template>\n<A>\n</template>", (2, 1, "`<A>` is never closed.")),
        ("a.svelte", "{#if a < b}\n<style>p {}", (2, 1, "`<style>` is never closed.")),
        ("a.svelte", "<p>\n<!-- a", (2, 1, "`<!--` is never closed.")),
    ],
)
def test_the_first_tag_or_comment_left_open_is_told(path: str, text: str, expected: tuple[int, int, str]) -> None:
    [problem] = markup_problems(source_file(path, text))
    assert (problem.line, problem.column, problem.message) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.html", "<!doctype html><html><head><title>a <b></title><body><ul><li>1<li>2</ul><p>a<p>b"),
        ("a.html", "<img src=a><br></br></p><input disabled><svg><path d='M0'/></svg>"),
        ("a.html", "a < b && c > d <3"),
        ("a.html", "<DIV></div>"),
        ("a.html", "{{ a < b }}<p>{{ c<d }}</p>"),
        ("a.html", "{% if a %}<div>{% endif %}"),
        ("a.html", '<script th:src="@{/a.js}" /><p>a</p>'),
        ("a.vue", "<template><Title><b/></Title><Textarea /></template>"),
        ("a.svelte", "<div>{#each a as b}<p>{/each}"),
    ],
)
def test_what_browsers_and_frameworks_allow_is_no_problem(path: str, text: str) -> None:
    assert markup_problems(source_file(path, text)) == ()


def test_an_expression_without_an_end_is_text() -> None:
    [problem] = markup_problems(source_file("a.html", "<p>{{ a </p><b>"))
    assert problem.message == "`<b>` is never closed."
