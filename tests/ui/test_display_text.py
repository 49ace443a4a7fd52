"""Figures, times and runs in a reader's words."""

from datetime import UTC, datetime, timedelta

import pytest

from ui.display_text import (
    format_age,
    format_duration,
    format_file_totals,
    format_seconds,
    format_size,
    format_time_left,
    parse_id,
)

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-3), "now"),  # clocks of two machines
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=2), "26 Nov"),
        (timedelta(days=332), "31 Dec 2025"),
    ],
)
def test_an_age_is_as_exact_as_it_is_recent(age: timedelta, text: str) -> None:
    assert format_age(NOW - age, NOW) == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (42.9, "0:42"), (60, "1:00"), (3725, "62:05")])
def test_a_duration_is_in_minutes_and_seconds(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (3_400_000, "3.4 MB"),
    ],
)
def test_a_size_is_in_powers_of_ten(length: int, text: str) -> None:
    assert format_size("x" * length) == text


def test_a_size_counts_bytes_not_characters() -> None:
    assert format_size("é😀") == "6 B"


def test_totals_say_one_file_in_the_singular() -> None:
    assert format_file_totals(1, 1) == "1 file · 1 line"
    assert format_file_totals(4, 1212) == "4 files · 1,212 lines"


@pytest.mark.parametrize(
    ("received", "seconds", "remaining", "text"),
    [
        (1000, 1.9, 1000, ""),
        (0, 60, 1000, ""),
        (1000, 2, 1000, " · 2 s left"),
        (1000, 10, 9940, " · 99 s left"),
        (1000, 10, 10_000, " · 2 min left"),
        (1000, 10, 30_000, " · 5 min left"),
    ],
)
def test_the_time_left_is_told_once_it_can_be_known(received: int, seconds: float, remaining: int, text: str) -> None:
    assert format_time_left(received, seconds, remaining) == text


def test_seconds_are_told_in_the_unit_that_fits() -> None:
    assert [format_seconds(seconds) for seconds in (0.4, 16.2, 99.4, 100, 200)] == [
        "0 s",
        "16 s",
        "99 s",
        "2 min",
        "3 min",
    ]


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "٣", "1" * 20])
def test_an_address_without_an_id_has_the_id_that_no_row_has(text: str) -> None:
    assert parse_id(text) == 0


def test_an_id_is_read_from_an_address() -> None:
    assert parse_id("12") == 12
