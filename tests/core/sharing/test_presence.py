"""How many are there, and who is told."""

from core.projects.changes import ProjectChanged
from core.sharing.presence import Presence


def test_who_comes_is_counted_until_they_go_and_everybody_is_told() -> None:
    presence, told = Presence(), list[ProjectChanged]()
    presence.changes.subscribe(told.append)
    leave = presence.enter(1, 7)
    with presence.watching(1, 7):
        assert (presence.count(7), presence.count(8)) == (2, 0)
    leave()
    leave()  # a page may say so twice
    assert presence.count(7) == 0
    assert told == [ProjectChanged(1, 7)] * 4
    assert not presence._counts
