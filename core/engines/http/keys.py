"""Keys for servers of models, as headers."""

from core.errors import ConfigurationError


def bearer_header(key: str | None, variable: str) -> dict[str, str]:
    """The header for a key, if there is one (RFC 6750). Raises ConfigurationError, which names ``variable``."""
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(f"{variable} holds characters that no key has: copy it again.")
    return {"Authorization": f"Bearer {key}"} if key else {}
