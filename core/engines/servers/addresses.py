"""Settings that name several servers, separated by commas, and their keys. No I/O."""

from core.errors import ConfigurationError


def split_addresses(value: str) -> list[str]:
    """The addresses, each once; one server's setting is returned as it is."""
    parts = [part.strip() for part in value.strip().strip("\"'").split(",")]
    return list(dict.fromkeys(filter(None, parts))) if len(parts) > 1 else [value]


def split_keys(value: str | None, count: int, variable: str) -> list[str | None]:
    """A key for each of ``count`` servers: one for all, or as many as there are servers. Raises ConfigurationError."""
    keys: list[str | None] = [*value.split(",")] if value and count > 1 else [value]
    if len(keys) == 1:
        return keys * count
    if len(keys) != count:
        raise ConfigurationError(f"{variable} names {len(keys)} keys for {count} servers: name one for all, or each.")
    return [key.strip() or None for key in keys if key is not None]
