"""Which names can be taken for each other."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.names import check_username, name_key, name_skeletons
from core.errors import InvalidInput

LOOK_ALIKE = [
    ("paypal", "p\u0430yp\u0430l"),  # Cyrillic a
    ("ada", "\uff41\uff44\uff41"),  # full width
    ("ada", "\u03b1da"),  # Greek alpha
    ("scope", "\u0455\u0441\u043e\u0440\u0435"),  # all Cyrillic
    ("modern", "modem"),
    ("bill", "bi11"),
    ("Ida", "lda"),
    ("admin", "\u0430dmin"),
    ("admin", "ADM\u0406N"),  # Ukrainian I
    ("bob0", "bobo"),
    ("x2", "x\u00b2"),
    ("\u03a9mega", "\u2126mega"),  # ohm
    ("\u0131da", "ida"),  # dotless i
]
DIFFERENT = [
    ("ada", "eve"),
    ("elia", "ella"),
    ("user1", "user2"),
    ("anna", "\u00e1nna"),
    ("a.b", "a_b"),
    ("日本", "日木"),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKE)
def test_names_that_look_alike_share_a_skeleton(one: str, other: str) -> None:
    assert name_skeletons(one) & name_skeletons(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_differ_to_the_eye_share_none(one: str, other: str) -> None:
    assert not name_skeletons(one) & name_skeletons(other)


@pytest.mark.parametrize("filler", ["\u115f", "\u1160", "\u3164", "\uffa0"])
def test_a_letter_that_nobody_sees_is_refused(filler: str) -> None:
    with pytest.raises(InvalidInput):
        check_username(f"ada{filler}")


@given(st.text(st.characters(categories=["L", "Nd"]), min_size=2, max_size=20))
def test_spellings_of_one_name_look_alike(name: str) -> None:
    for other in (name.lower(), unicodedata.normalize("NFD", name)):
        if name_key(other) == name_key(name):
            assert name_skeletons(name) & name_skeletons(other)
