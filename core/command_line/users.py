"""``main.py user``: accounts without a page, and the way back in for an admin who forgot their password.

It works on the database itself, whether a server runs or not; a running one looks up accounts at each use.
"""

import argparse
import getpass
import sys
from functools import partial

from core.accounts.accounts import Accounts
from core.accounts.administration.user_changes import UserChanges
from core.accounts.identity import ADMIN_ROLE
from core.accounts.names import name_key
from core.command_line.output import print_status
from core.errors import ConfigurationError, DatabaseUnavailable, InvalidInput, NotFound
from core.settings import Settings
from core.state_folder import StateLock
from data import queries
from data.database import Database

ACTOR = "main.py user"
"""Who it was, in the audit log."""


async def user(settings: Settings, options: argparse.Namespace) -> None:
    """Make, list or change accounts."""
    database = Database(settings.sqlalchemy_url, DatabaseUnavailable)
    try:
        await _bring_up_to_date(settings, database)
        accounts = Accounts(database, settings)
        try:
            await _run(accounts, database, options)
            accounts.sessions.tell_other_processes()
        finally:
            accounts.close()
    finally:
        await database.close()


async def _bring_up_to_date(settings: Settings, database: Database) -> None:
    lock = StateLock(settings.home)
    try:
        lock.acquire()
    except ConfigurationError:
        return  # a server has the folder, and has brought its database up to date
    try:
        await database.open()
    finally:
        lock.release()


async def _run(accounts: Accounts, database: Database, options: argparse.Namespace) -> None:
    match options.action:
        case "list":
            await _show_list(accounts)
        case "add":
            await _add(accounts, options.name, is_admin=options.admin)
        case "password":
            user_id = await _find(database, options.name)
            await _change(accounts, user_id, UserChanges(password=_read_password()))
        case "role":
            await _change(accounts, await _find(database, options.name), UserChanges(role=options.role))
        case action:
            changes = UserChanges(disabled=action == "disable")
            await _change(accounts, await _find(database, options.name), changes)


async def _add(accounts: Accounts, name: str, *, is_admin: bool) -> None:
    made = await accounts.create(name, _read_password(), ACTOR)
    if is_admin and not made.is_admin:
        made = await accounts.change(made.id, UserChanges(role=ADMIN_ROLE), ACTOR)
    print_status(f"Made {made.username} with the role {made.role}.")


async def _change(accounts: Accounts, user_id: int, changes: UserChanges) -> None:
    changed = await accounts.change(user_id, changes, ACTOR)
    print_status(f"Changed {changed.username}: {changes.description}.")


async def _show_list(accounts: Accounts) -> None:
    for each in await accounts.overviews():
        words = [each.user.role, "disabled" if each.disabled else "", f"made {each.user.created_at:%Y-%m-%d}"]
        print(f"{each.user.username}\t{', '.join(filter(None, words))}")


async def _find(database: Database, name: str) -> int:
    row = await database.read(partial(queries.find_user_by_key, key=name_key(name)))
    if row is None:
        raise NotFound("There is no account of this name: main.py user list shows all.")
    return row.id


def _read_password() -> str:
    """From a terminal without an echo, else a line of a pipe: all users of the machine would see an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise InvalidInput.for_field("password", "The two differ: nothing was changed.")
    return password
