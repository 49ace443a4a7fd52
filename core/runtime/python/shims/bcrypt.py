"""bcrypt as passlib has it in Python: the same hashes, at the lowest cost, since the usual one would take minutes."""

import hmac
import secrets

COST = 4
_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LAST_OF_SALT = ".Oeu"
MAX_PASSWORD_BYTES = 72

__version__ = "5.0.0"


class __about__:  # noqa: N801  what passlib looks for
    __version__ = __version__


def gensalt(rounds: int = 12, prefix: bytes = b"2b") -> bytes:  # noqa: ARG001  the cost here is the lowest
    """A new salt, of the lowest cost whatever is asked for."""
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(21)) + secrets.choice(_LAST_OF_SALT)
    return b"$%s$%02d$%s" % (prefix, COST, salt.encode("ascii"))


def hashpw(password: bytes, salt: bytes) -> bytes:
    """The hash of a password. Raises ValueError for a wrong salt or a password that is too long."""
    from passlib.crypto._blowfish import raw_bcrypt  # type: ignore[import-untyped]  # noqa: PLC0415

    if len(password) > MAX_PASSWORD_BYTES:
        raise ValueError(
            "password cannot be longer than 72 bytes, truncate manually if necessary (e.g. my_password[:72])"
        )
    try:
        _, prefix, cost, rest = salt.decode("ascii").split("$")
        digest = raw_bcrypt(password, "2b", rest[:22].encode("ascii"), int(cost))
    except (UnicodeDecodeError, ValueError) as error:
        raise ValueError("Invalid salt") from error
    return f"${prefix}${cost}${rest[:22]}".encode("ascii") + bytes(digest)


def checkpw(password: bytes, hashed_password: bytes) -> bool:
    """Whether a password has this hash."""
    return hmac.compare_digest(hashpw(password, hashed_password), hashed_password)
