"""Accounts: register, sign in, change, delete; the same for the pages, the API and the command line."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from core.accounts import security, transactions
from core.accounts.administration.invitations import Invitations
from core.accounts.administration.settings import InstallationSettings
from core.accounts.administration.user_changes import UserChanges, check_role
from core.accounts.administration.users import UserOverview, list_users
from core.accounts.api_keys import ApiKeys
from core.accounts.audit import AuditAction, AuditLog
from core.accounts.client import current_client
from core.accounts.deletion import deleting
from core.accounts.email_addresses import check_email
from core.accounts.identity import Identity, SignIn, User, user_from_row
from core.accounts.names import check_username, name_key
from core.accounts.password_threads import KeyedLocks, PasswordThreads
from core.accounts.registration_limits import RegistrationLimits
from core.accounts.sessions import Sessions
from core.accounts.sign_in_limits import SignInLimits, network_of, too_many_sign_ins
from core.errors import AlreadyExists, BadCredentials, NotFound, RegistrationClosed
from core.settings import RegistrationPolicy, Settings
from core.text import check_storable
from data import account_queries, queries
from data.database import Database
from data.errors import RowRejected

REGISTRATION_CLOSED = "This installation takes no new accounts: ask its admin."
MAX_WAITING_SIGN_INS = 10
"""Sign-ins of one name beyond the limits that may wait at an address known to the account; they are checked in turn."""


class Accounts:
    """The accounts of one installation.

    ``clock`` gives the time, zone included; ``monotonic`` gives seconds for the limits. The listeners
    ``before_delete`` are awaited with the id of a user whose account is about to go.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._secret = settings.secret or ""
        self._clock = clock
        self.audit = AuditLog(database, clock)
        self.settings = InstallationSettings(database, settings, self.audit)
        self.invitations = Invitations(database, self._secret, self.audit, clock)
        self.sessions = Sessions(database, self._secret, self.audit, settings.home, clock)
        self.api_keys = ApiKeys(database, self.sessions.ends, self.audit, clock)
        self._registration_lock = asyncio.Lock()
        self._registration_limits = RegistrationLimits()
        self._sign_in_limits = SignInLimits(monotonic)
        self._password_threads = PasswordThreads(settings.password_rounds)
        self._sign_in_locks = KeyedLocks()
        # Made once, with this installation's cost: a cheaper one would be told from a real one by its time.
        self._dummy_hash = security.hash_password("nobody's password", settings.password_rounds)
        self.before_delete: list[Callable[[int], Awaitable[None]]] = []

    async def open(self) -> None:
        """Note what the names of accounts from an earlier version look like, and tell what an admin has set."""
        await self._database.write(transactions.add_missing_skeletons)
        await self.settings.open()

    async def may_register(self, invitation: str | None = None) -> bool:
        """Whether somebody may make an account: anybody, or who has this invitation."""
        policy = await self.settings.registration()
        return policy is RegistrationPolicy.OPEN or await self.invitations.is_open(invitation)

    async def register(
        self, name: str, password: str, email: str | None = None, address: str = "", *, invitation: str | None = None
    ) -> SignIn:
        """Make an account and sign in; the first one is the admin's.

        Raises RegistrationClosed, InvalidInput, AlreadyExists (also for a name that looks like a taken one) and
        TooManyRequests.
        """
        if not await self.may_register(invitation):
            raise RegistrationClosed(REGISTRATION_CLOSED)
        network = network_of(address)
        values = _checked_values(name, password, email)
        # Before the lock: hashing takes longer than all else here, and nobody has to wait for it.
        async with self._registration_limits.attempt(network):
            hashed = await self._password_threads.hash_new(password)
        user = await self._insert({**values, "password_hash": hashed})
        await self.audit.record(AuditAction.ACCOUNT_MADE, user.id, user.username, address)
        address_hash = self._hash_address(values["name_key"] or "", network)
        return await self.sessions.begin(user, address_hash, hashed)

    async def create(self, name: str, password: str, actor: int | str) -> User:
        """Make an account for somebody else. Raises InvalidInput, AlreadyExists."""
        values = _checked_values(name, password, None)
        hashed = await self._password_threads.hash_new(password)
        user = await self._insert({**values, "password_hash": hashed})
        await self.audit.record(AuditAction.ACCOUNT_MADE, actor, user.username)
        return user

    async def any_users(self) -> bool:
        """Whether anybody has an account yet."""
        return await self._database.read(queries.has_users)

    async def login(self, name: str, password: str, address: str) -> SignIn:
        """Sign in. Raises InvalidInput, BadCredentials; TooManyRequests after many failures.

        From an address where this name has signed in before, the password is tried however many failed; where it is
        wrong then, the answer is the same as that of an attempt that was not tried.
        """
        check_storable("username", name)
        key, network = name_key(name), network_of(address)
        address_hash = self._hash_address(key, network)
        user, is_known = await self._database.read(partial(transactions.find_user, key=key, address_hash=address_hash))
        delay = self._sign_in_limits.delay(key, network)
        lock_key = (key, network) if is_known else network
        if delay and not (is_known and self._sign_in_locks.waiting_count(lock_key) < MAX_WAITING_SIGN_INS):
            raise too_many_sign_ins(delay)
        # Counted before the password is checked, without a pause in between: no burst gets past the limits.
        self._sign_in_limits.count_attempt(key, network)
        # An unknown name takes as long as a known one: the time tells nobody which names there are.
        hashed = user.password_hash if user else self._dummy_hash
        async with self._sign_in_locks.hold(lock_key):
            is_right = await self._password_threads.verify(password, hashed, from_known_address=is_known)
        if user is None or user.disabled or not is_right:
            # Not the name that was typed: it may be a password in the wrong field.
            await self.audit.record(AuditAction.SIGN_IN_FAILED, user.id if user else "", address=address)
            if delay:
                raise too_many_sign_ins(self._sign_in_limits.delay(key, network))
            raise BadCredentials(transactions.WRONG_CREDENTIALS)
        self._sign_in_limits.count_success(key, network)
        sign_in = await self.sessions.begin(user_from_row(user), address_hash, user.password_hash)
        await self.audit.record(AuditAction.SIGN_IN, user.id, address=address)
        return sign_in

    async def change_password(self, identity: Identity, current: str, new: str) -> None:
        """Set a new password, which ends every other sign-in. Raises BadCredentials, InvalidInput, TooManyRequests."""
        await self._check_password(identity, current)
        security.check_new_password(new, "new")
        changes = {"password_hash": await self._password_threads.hash_new(new)}
        change = partial(transactions.end_other_sessions, token=identity.token, now=self._clock(), changes=changes)
        await self._database.write(change)
        self.sessions.ends.publish(identity.user.id)
        await self.audit.record(AuditAction.PASSWORD_CHANGED, identity.user.id)

    async def change(self, user_id: int, changes: UserChanges, actor: int | str) -> User:
        """Set what is given, as an admin does. A new password and disabling end all of the account's sign-ins.

        Raises NotFound, InvalidInput, Conflict (the last admin).
        """
        values: dict[str, str | bool] = {}
        if changes.role is not None:
            values["role"] = check_role(changes.role)
        if changes.disabled is not None:
            values["disabled"] = changes.disabled
        if changes.password is not None:
            security.check_new_password(changes.password)
            values["password_hash"] = await self._password_threads.hash_new(changes.password)
        if values:
            change = partial(transactions.change_user, user_id=user_id, changes=values, now=self._clock())
            await self._database.write(change)
            self.sessions.ends.publish(user_id)
        user = await self.find(user_id)
        if values:
            await self.audit.record(AuditAction.ACCOUNT_CHANGED, actor, f"{user.username}: {changes.description}")
        return user

    async def overviews(self) -> list[UserOverview]:
        """Every account with what it uses, the oldest first."""
        return await list_users(self._database, self._clock())

    async def overview(self, user_id: int) -> UserOverview:
        """One of them. Raises NotFound."""
        for each in await self.overviews():
            if each.user.id == user_id:
                return each
        raise NotFound(transactions.NO_ACCOUNT)

    async def find(self, user_id: int) -> User:
        """The account of this id. Raises NotFound."""
        row = await self._database.read(partial(account_queries.find_user, user_id=user_id))
        if row is None:
            raise NotFound(transactions.NO_ACCOUNT)
        return user_from_row(row)

    async def delete_own(self, identity: Identity, password: str) -> None:
        """Delete one's own account with its projects. Raises BadCredentials, Conflict (the last admin)."""
        await self._check_password(identity, password)
        await self.delete(identity.user.id, identity.user.username)

    async def delete(self, user_id: int, actor: int | str) -> None:
        """Delete an account with its projects; all its sessions end.

        Raises NotFound, Conflict (the last admin).
        """
        user = await self.find(user_id)
        async with deleting(self._database, user_id, self._clock()):
            self.sessions.ends.publish(user_id)
            # In turn: projects are deleted by their own rules, which stop what is being written in them.
            for listener in self.before_delete:
                await listener(user_id)
        await self.audit.record(AuditAction.ACCOUNT_DELETED, actor, user.username)

    def close(self) -> None:
        """Stop the hashing threads."""
        self.sessions.close()
        self._password_threads.close()

    async def _insert(self, values: Mapping[str, Any]) -> User:
        row = {**values, "created_at": self._clock(), "disabled": False}
        # One at a time: on a database server two first accounts could each see no other, and both be admin.
        async with self._registration_lock:
            try:
                user_id, role = await self._database.write(partial(transactions.insert_user, values=row))
            except RowRejected:
                raise AlreadyExists(
                    f"The name {row['name']} is taken, or looks like one that is: choose another, or sign in."
                ) from None
        return User(user_id, row["name"], row["email"], role, row["created_at"])

    async def _check_password(self, identity: Identity, password: str) -> None:
        """Raise BadCredentials, or TooManyRequests after as many failures as signing in may have."""
        row = await self._database.read(partial(account_queries.find_user, user_id=identity.user.id))
        key, network = name_key(identity.user.username), network_of(current_client.get().address)
        if delay := self._sign_in_limits.delay(key, network):
            raise too_many_sign_ins(delay)
        self._sign_in_limits.count_attempt(key, network)
        hashed = row.password_hash if row else self._dummy_hash
        if not await self._password_threads.verify(password, hashed, from_known_address=True):
            await self.audit.record(AuditAction.SIGN_IN_FAILED, identity.user.id)
            raise BadCredentials("This is not your present password.")
        self._sign_in_limits.count_success(key, network)

    def _hash_address(self, key: str, network: str) -> str:
        return security.hash_address(key, network, self._secret)


def _checked_values(name: str, password: str, email: str | None) -> dict[str, str | None]:
    name = check_username(name)
    security.check_new_password(password)
    return {"name": name, "name_key": name_key(name), "email": check_email(email)}
