"""The database: tables, queries, commands, migrations. SQLAlchemy is used here alone; the rules are in core."""
