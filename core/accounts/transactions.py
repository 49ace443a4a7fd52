"""What is read or changed of accounts in one transaction; ``Accounts`` runs these by its database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.accounts.identity import ADMIN_ROLE, USER_ROLE
from core.accounts.names import name_skeletons
from core.accounts.security import Token
from core.errors import BadCredentials, Conflict, NotFound
from data import account_commands, account_queries, commands, queries
from data.database import Connection
from data.rows import UserRow

WRONG_CREDENTIALS = "The name or the password is wrong."
"""One sentence for all reasons, so that nobody learns which accounts there are."""
NO_ACCOUNT = "There is no such account."
LAST_ADMIN = "The last admin cannot go: make somebody else an admin first."
NOBODY = 0
"""The id of no account."""
MAX_KNOWN_ADDRESSES = 20
"""Addresses of an account that are remembered."""


def find_user(connection: Connection, key: str, address_hash: str) -> tuple[UserRow | None, bool]:
    """The account of this name, and whether it has signed in from this address."""
    user = queries.find_user_by_key(connection, key)
    return user, user is not None and queries.has_signed_in_from(connection, user.id, address_hash)


def insert_user(connection: Connection, values: Mapping[str, Any]) -> tuple[int, str]:
    """Store a new account: its id and role.

    Whether it is the first is seen in the same transaction. Raises RowRejected where the name is taken.
    """
    role = USER_ROLE if queries.has_users(connection) else ADMIN_ROLE
    user_id = commands.add_user(connection, {**values, "role": role})
    commands.add_name_skeletons(connection, user_id, name_skeletons(values["name"]))
    return user_id, role


def add_missing_skeletons(connection: Connection) -> None:
    """Note what the names of accounts from an earlier version look like."""
    for user_id, name in queries.list_names_without_skeleton(connection):
        commands.add_missing_name_skeletons(connection, user_id, name_skeletons(name))


def begin_session(connection: Connection, row: Mapping[str, Any], address_hash: str, password_hash: str) -> None:
    """Store a new sign-in, and the hash of the address that it comes from.

    Raises BadCredentials where the account has another password than the one that was checked, or none any more.
    """
    # Checking a password takes long: meanwhile it may have been changed, which ends all other sign-ins.
    account_commands.lock_user(connection, row["user_id"])
    user = account_queries.find_user(connection, row["user_id"])
    if user is None or user.disabled or user.password_hash != password_hash:
        raise BadCredentials(WRONG_CREDENTIALS)
    account_commands.add_session(connection, row)
    commands.remember_sign_in_address(connection, row["user_id"], address_hash, row["created_at"], MAX_KNOWN_ADDRESSES)


def find_session_user(connection: Connection, token: Token) -> UserRow | None:
    """The account, unless it is gone or disabled, or this sign-in has ended."""
    return account_queries.find_session_user(connection, token.user_id, token.session_id)


def touch_session(connection: Connection, token: Token, row: Mapping[str, Any], now: datetime) -> None:
    """Note that a sign-in is used; one from before they were listed is listed from here on."""
    if account_commands.touch_session(connection, token.session_id, now):
        return
    # Looked up again, and with the account locked: one that has just ended must not come back.
    account_commands.lock_user(connection, token.user_id)
    if find_session_user(connection, token):
        account_commands.add_session(connection, {**row, "last_seen_at": now})


def end_other_sessions(
    connection: Connection, token: Token, now: datetime, changes: Mapping[str, Any] | None = None
) -> None:
    """End every other sign-in of an account, and set columns of it. Raises NotFound where this one has ended."""
    account_commands.lock_user(connection, token.user_id)
    if find_session_user(connection, token) is None:
        raise NotFound(NO_ACCOUNT)
    if account_queries.find_session(connection, token.session_id) is None:
        raise NotFound(NO_ACCOUNT)  # it is listed at its first use, so it has ended in between
    if changes:
        account_commands.update_user(connection, token.user_id, changes)
    account_commands.end_sessions(connection, token.user_id, now, token.session_id)


def change_user(connection: Connection, user_id: int, changes: Mapping[str, Any], now: datetime) -> None:
    """Set columns of an account; without its old password, or disabled, it is signed out everywhere.

    Raises NotFound, Conflict (the last admin).
    """
    # Two at once on a database server would each see the other's admin as still there.
    account_commands.lock_role(connection, ADMIN_ROLE)
    if not account_commands.update_user(connection, user_id, changes):
        raise NotFound(NO_ACCOUNT)
    # Asked after the change and in its transaction: the error takes the change back.
    if not queries.has_other_admin(connection, NOBODY, ADMIN_ROLE):
        raise Conflict(LAST_ADMIN)
    if changes.get("disabled") or "password_hash" in changes:
        account_commands.end_sessions(connection, user_id, now)


def disable_user(connection: Connection, user_id: int, now: datetime) -> bool:
    """Disable an account: whether it was already. Raises NotFound, Conflict (the last admin)."""
    user = account_queries.find_user(connection, user_id)
    change_user(connection, user_id, {"disabled": True}, now)
    return user is not None and user.disabled


def delete_user(connection: Connection, user_id: int) -> None:
    """Delete an account with its projects. Raises Conflict (the last admin)."""
    account_commands.lock_role(connection, ADMIN_ROLE)
    commands.delete_user(connection, user_id)
    # Again, though it was disabled first: others may have changed since.
    if not queries.has_other_admin(connection, NOBODY, ADMIN_ROLE):
        raise Conflict(LAST_ADMIN)


def session_row(token: Token, program: str, address: str) -> dict[str, object]:
    """The row of a new sign-in, from where a program at an address makes it."""
    times = {"created_at": token.issued_at, "last_seen_at": token.issued_at, "expires_at": token.expires_at}
    client = {"client": program[:100], "address": address[:64]}
    return {"id": token.session_id, "user_id": token.user_id, **client, **times}


def end_session(connection: Connection, token: Token, now: datetime) -> None:
    """End one sign-in and what was opened in it."""
    account_commands.forget_session(connection, token.session_id)
    commands.revoke_session(connection, token.session_id, token.expires_at, now)
