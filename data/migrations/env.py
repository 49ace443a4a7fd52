"""Alembic's entry: the application brings the connection (``data.database``), so there is no ini file."""

from alembic import context

import data.account_models  # noqa: F401 - has its tables known
from data.models import User

context.configure(
    connection=context.config.attributes["connection"], target_metadata=User.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
