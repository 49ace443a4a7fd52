"""The table of commands: no key does two things, and none takes what a person types."""

from collections import Counter

from ui.components.commands.command import COMMANDS, Command


def test_every_command_is_in_the_table_once_and_no_key_does_two_things() -> None:
    assert Counter(info.command for info in COMMANDS) == Counter(Command)
    keys = Counter(key for info in COMMANDS for key in info.keys)
    assert max(keys.values()) == 1
    begun = {key.partition(" ")[0] for key in keys if " " in key}
    assert begun.isdisjoint(keys), "a key that begins two is none by itself"


def test_what_starts_stops_or_mends_needs_more_than_one_press_or_is_read_first() -> None:
    keys = {info.command: info.keys for info in COMMANDS}
    for command in (Command.GENERATE, Command.STOP):
        assert all(key.startswith("mod+") for key in keys[command])
