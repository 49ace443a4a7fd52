"""Who listens hears each change, in order, whatever another listener does."""

import pytest

from core.projects.changes import ProjectChanged, ProjectChanges


def test_every_listener_hears_each_change_in_the_order_of_subscription() -> None:
    changes, heard = ProjectChanges(), list[tuple[str, ProjectChanged]]()
    for name in ("first", "second"):
        changes.subscribe(lambda change, name=name: heard.append((name, change)))  # type: ignore[misc]
    changes.publish(1, 2)
    assert heard == [("first", ProjectChanged(1, 2)), ("second", ProjectChanged(1, 2))]


def test_who_unsubscribes_hears_no_more_and_may_do_so_twice() -> None:
    changes, heard = ProjectChanges(), list[ProjectChanged]()
    unsubscribe = changes.subscribe(heard.append)
    changes.publish(1, 2)
    unsubscribe()
    unsubscribe()
    changes.publish(1, 3)
    assert heard == [ProjectChanged(1, 2)]


def test_a_listener_that_raises_is_logged_and_keeps_the_change_from_nobody(caplog: pytest.LogCaptureFixture) -> None:
    changes, heard = ProjectChanges(), list[ProjectChanged]()

    def fail(_: ProjectChanged) -> None:
        raise ZeroDivisionError("who would have thought")

    changes.subscribe(fail)
    changes.subscribe(heard.append)
    changes.publish(1, 2)
    assert heard == [ProjectChanged(1, 2)]
    assert "who would have thought" in caplog.text


def test_a_listener_may_leave_while_a_change_is_published() -> None:
    changes, heard = ProjectChanges(), list[str]()

    def leave(_: ProjectChanged) -> None:
        heard.append("leaving")
        unsubscribe()

    unsubscribe = changes.subscribe(leave)
    changes.subscribe(lambda _: heard.append("staying"))
    changes.publish(1, 2)
    changes.publish(1, 2)
    assert heard == ["leaving", "staying", "staying"]
