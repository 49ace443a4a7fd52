"""Who is told that a sign-in has ended: whoever watches that session, or any of that user's."""

import pytest

from core.accounts.session_ends import SessionEnds


@pytest.fixture
def ends() -> SessionEnds:
    return SessionEnds()


def test_the_end_of_a_session_reaches_all_its_watchers_and_no_other(ends: SessionEnds) -> None:
    with (
        ends.watch(1, "phone") as page,
        ends.watch(1, "phone") as stream,
        ends.watch(1, "desk") as other_session,
        ends.watch(2, "phone") as other_user,
    ):
        ends.publish(1, "phone")
        assert page.is_set()
        assert stream.is_set()
        assert not other_session.is_set()
        assert not other_user.is_set()


def test_without_a_session_all_of_the_user_end(ends: SessionEnds) -> None:
    with ends.watch(1, "phone") as phone, ends.watch(1, "desk") as desk, ends.watch(2, "phone") as other_user:
        ends.publish(1)
        assert (phone.is_set(), desk.is_set(), other_user.is_set()) == (True, True, False)


def test_an_end_before_the_watch_is_not_seen(ends: SessionEnds) -> None:
    """So the caller looks up the session once it watches."""
    ends.publish(1, "phone")
    with ends.watch(1, "phone") as ended:
        assert not ended.is_set()


def test_a_watcher_that_leaves_is_told_nothing_more_and_leaves_nothing_behind(ends: SessionEnds) -> None:
    with ends.watch(1, "phone") as stays:
        with pytest.raises(ZeroDivisionError), ends.watch(1, "phone") as leaves:
            raise ZeroDivisionError
        ends.publish(1, "phone")
        assert stays.is_set()
        assert not leaves.is_set()
    assert not ends._watchers


def test_a_user_is_watched_again_after_all_have_left(ends: SessionEnds) -> None:
    with ends.watch(1, "phone"):
        pass
    with ends.watch(1, "phone") as ended:
        ends.publish(1)
        assert ended.is_set()
