"""The deletion of an account around that of its things: nobody is left locked out of an account that stays."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from core.accounts import transactions
from data import account_commands
from data.database import Database


@asynccontextmanager
async def deleting(database: Database, user_id: int, now: datetime) -> AsyncGenerator[None, None]:
    """Disable the account, so that nothing is started in it any more; delete it after the block.

    Where either fails or is cancelled, the account can sign in again as before. Raises NotFound, Conflict.
    """
    was_disabled = await database.write(partial(transactions.disable_user, user_id=user_id, now=now))
    try:
        yield
        await database.write(partial(transactions.delete_user, user_id=user_id))
    except BaseException:
        restore = partial(account_commands.update_user, user_id=user_id, values={"disabled": was_disabled})
        await database.write(restore)  # an account that is gone stays so
        raise
