"""What is read or changed of accounts in one transaction; ``Accounts`` runs these by its database."""

from collections.abc import Mapping
from typing import Any

from core.accounts.names import name_skeletons
from core.errors import Conflict, NotFound
from data import commands, queries
from data.database import Connection
from data.rows import UserRow

FIRST_ROLE, LATER_ROLE = "admin", "user"
"""The role of the first account, and of every later one."""
MAX_KNOWN_ADDRESSES = 20
"""Addresses of an account that are remembered."""


def find_user(connection: Connection, key: str, address_hash: str) -> tuple[UserRow | None, bool]:
    """The account of this name, and whether it has signed in from this address."""
    user = queries.find_user_by_key(connection, key)
    return user, user is not None and queries.has_signed_in_from(connection, user.id, address_hash)


def insert_user(connection: Connection, values: Mapping[str, Any], address_hash: str) -> tuple[int, str]:
    """Store a new account and the hash of the address that it comes from: its id and role.

    Whether it is the first is seen in the same transaction. Raises RowRejected where the name is taken.
    """
    role = LATER_ROLE if queries.has_users(connection) else FIRST_ROLE
    user_id = commands.add_user(connection, {**values, "role": role})
    commands.add_name_skeletons(connection, user_id, name_skeletons(values["name"]))
    commands.remember_sign_in_address(connection, user_id, address_hash, values["created_at"], MAX_KNOWN_ADDRESSES)
    return user_id, role


def add_missing_skeletons(connection: Connection) -> None:
    """Note what the names of accounts from an earlier version look like."""
    for user_id, name in queries.list_names_without_skeleton(connection):
        commands.add_missing_name_skeletons(connection, user_id, name_skeletons(name))


def set_disabled(connection: Connection, user_id: int, *, disabled: bool) -> None:
    """Disable an account or enable it. Raises NotFound, Conflict (the last admin)."""
    if not commands.set_user_disabled(connection, user_id, disabled=disabled):
        raise NotFound("There is no such account.")
    # Asked after the change and in its transaction: the error takes the change back.
    if disabled and not queries.has_other_admin(connection, user_id, FIRST_ROLE):
        raise Conflict("The last admin cannot go: make somebody else an admin first.")
