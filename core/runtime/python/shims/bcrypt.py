"""bcrypt as passlib has it in Python, always at the lowest cost, since the usual one would take minutes.

What a hash says of its cost is kept, so that it is checked at the cost at which it was made here; hashes that were made
elsewhere at another cost are not the same.
"""

import hmac
import secrets

COST = 4
_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LAST_OF_SALT = ".Oeu"
MAX_PASSWORD_BYTES = 72
PREFIXES = ("2a", "2b", "2y")

__version__ = "4.0.1"


class __about__:  # noqa: N801  what passlib looks for
    __version__ = __version__


def gensalt(rounds: int = 12, prefix: bytes = b"2b") -> bytes:
    """A new salt."""
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(21)) + secrets.choice(_LAST_OF_SALT)
    return b"$%s$%02d$%s" % (prefix, rounds, salt.encode("ascii"))


def hashpw(password: bytes, salt: bytes) -> bytes:
    """The hash of a password. Raises ValueError for a wrong salt."""
    from passlib.crypto._blowfish import raw_bcrypt  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        _, prefix, cost, rest = salt.decode("ascii").split("$")
        if prefix not in PREFIXES:
            raise ValueError(prefix)
        # Cut, as bcrypt did before its version 5, with which passlib cannot work.
        digest = raw_bcrypt(password[:MAX_PASSWORD_BYTES], prefix, rest[:22].encode("ascii"), min(int(cost), COST))
    except (UnicodeDecodeError, ValueError) as error:
        raise ValueError("Invalid salt") from error
    return f"${prefix}${cost}${rest[:22]}".encode("ascii") + bytes(digest)


def checkpw(password: bytes, hashed_password: bytes) -> bool:
    """Whether a password has this hash."""
    return hmac.compare_digest(hashpw(password, hashed_password), hashed_password)
