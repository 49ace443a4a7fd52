"""Gives Python the ways to hash a password that it has from OpenSSL, which Pyodide goes without.

The costs are low: what takes a tenth of a second elsewhere would take half a minute here, and protects nobody's data.
"""

import hashlib
import hmac
import importlib
import importlib.util
from typing import Any

ITERATIONS = 1000


def pbkdf2_hmac(hash_name: str, password: bytes, salt: bytes, iterations: int, dklen: int | None = None) -> bytes:
    """PBKDF2 (RFC 8018, section 5.2), as ``hashlib`` has it."""
    keyed = hmac.new(password, digestmod=hash_name)
    length = dklen or keyed.digest_size
    blocks = (_block(keyed, salt, iterations, number) for number in range(1, -(-length // keyed.digest_size) + 1))
    return b"".join(blocks)[:length]


def complete_hashlib() -> None:
    """Add what is missing, and have Werkzeug and passlib use it."""
    if not hasattr(hashlib, "pbkdf2_hmac"):
        setattr(hashlib, "pbkdf2_hmac", pbkdf2_hmac)  # noqa: B010  a type checker knows it to be there
    if importlib.util.find_spec("werkzeug") and not hasattr(hashlib, "scrypt"):
        _change_werkzeug(importlib.import_module("werkzeug.security"))
    if importlib.util.find_spec("passlib"):
        _change_passlib(importlib.import_module("passlib.handlers.bcrypt"))


def _change_passlib(handler: Any) -> None:
    # It would try a dozen known hashes first, of costs that are not computed here.
    handler._BcryptCommon._finalize_backend_mixin = classmethod(lambda *_arguments: True)  # noqa: SLF001


def _change_werkzeug(security: Any) -> None:
    # Its own choice, scrypt, is not there.
    security.DEFAULT_PBKDF2_ITERATIONS = ITERATIONS
    original = security.generate_password_hash
    if hasattr(original, "without_scrypt"):
        return

    def generate_password_hash(password: str, method: str = "scrypt", salt_length: int = 16) -> str:
        return str(original(password, "pbkdf2:sha256" if method.startswith("scrypt") else method, salt_length))

    generate_password_hash.without_scrypt = True  # type: ignore[attr-defined]
    security.generate_password_hash = generate_password_hash


def _block(keyed: "hmac.HMAC", salt: bytes, iterations: int, number: int) -> bytes:
    digest = _digest(keyed, salt + number.to_bytes(4, "big"))
    total = int.from_bytes(digest, "big")
    for _ in range(iterations - 1):
        digest = _digest(keyed, digest)
        total ^= int.from_bytes(digest, "big")
    return total.to_bytes(keyed.digest_size, "big")


def _digest(keyed: "hmac.HMAC", message: bytes) -> bytes:
    copy = keyed.copy()
    copy.update(message)
    return copy.digest()
