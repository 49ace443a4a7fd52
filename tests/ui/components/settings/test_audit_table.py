"""The audit log in words, and as a file for spreadsheets."""

import csv
import io
from datetime import UTC, datetime

import pytest

from core.accounts.audit import AuditAction, AuditEvent
from ui.components.settings.audit_table import WORDS, describe, to_csv

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "target", "words"),
    [
        ("key_made", "editor", "made a key: editor"),
        ("sign_in", "", "signed in"),
        ("of_a_later_version", "x", "of_a_later_version: x"),
    ],
)
def test_an_entry_is_told_in_words(action: str, target: str, words: str) -> None:
    assert describe(AuditEvent(1, AT, "ada", action, target, "")) == words


def test_every_action_has_words() -> None:
    assert WORDS.keys() == set(AuditAction)


def test_a_spreadsheet_reads_names_as_text() -> None:
    events = [AuditEvent(7, AT, "ada", "key_made", '=HYPERLINK("http://x"),\nb', "192.0.2.1")]
    head, row = csv.reader(io.StringIO(to_csv(events)))
    assert head == ["id", "at", "username", "action", "target", "address"]
    assert row == ["7", "2026-01-02T03:04:05+00:00", "ada", "key_made", '\'=HYPERLINK("http://x"),\nb', "192.0.2.1"]
