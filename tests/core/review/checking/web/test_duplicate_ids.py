"""Ids that two elements have."""

import pytest

from tests.support.source_files import found_in


async def test_an_id_given_twice_is_told_once_at_the_second() -> None:
    page = "<p id=a></p>\n<p id='a'></p>\n<p id=a></p>\n<p id=b></p>\n"
    assert await found_in(("index.html", page)) == ["index.html:2 Another element has the id `a` already."]


@pytest.mark.parametrize(
    "page",
    [
        "<p id=a></p><p id=A></p>",
        "<p id=a></p><!-- <p id=a></p> -->",
        "<p id=a></p><template><p id=a></p></template>",
        "<p id=a></p><noscript><p id=a></p></noscript>",
        "<script>x = '<p id=a></p><p id=a></p>'</script>",
        "<p id=''></p><p id=''></p><p id></p>",
        "{% if a %}<p id=a></p>{% else %}<p id=a></p>{% endif %}",
        "<p *ngIf='a' id=a></p><p *ngIf='!a' id=a></p>",
        "@if (a) {<p id=a></p>} @else {<p id=a></p>}",
        "<p v-if=a id=a></p><p v-else id=a></p>",
        "<p id='${a}'></p><p id='${a}'></p>",
        "<p id='{{a}}'></p><p id='{{a}}'></p>",
        "<p data-id=a></p><p id=a></p>",
    ],
)
async def test_what_is_no_second_element_or_may_not_be_there_is_not(page: str) -> None:
    assert await found_in(("index.html", f"{page}\n")) == []


async def test_another_page_may_have_the_same() -> None:
    assert await found_in(("a.html", "<p id=a></p>\n"), ("b.html", "<p id=a></p>\n")) == []
