"""bcrypt by passlib's Python, which stands in here as a hash that tells what it was given."""

import sys
from types import ModuleType

import pytest

from core.runtime.python.shims import bcrypt


@pytest.fixture(autouse=True)
def _passlib(monkeypatch: pytest.MonkeyPatch) -> None:
    blowfish = ModuleType("passlib.crypto._blowfish")

    def raw_bcrypt(password: bytes, ident: str, salt: bytes, log_rounds: int) -> bytes:
        return f"{ident}{log_rounds}{salt.decode()[:4]}{password[-4:].decode()}".encode().ljust(31, b".")[:31]

    blowfish.raw_bcrypt = raw_bcrypt  # type: ignore[attr-defined]
    for name in ("passlib", "passlib.crypto"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "passlib.crypto._blowfish", blowfish)


def test_a_password_is_recognised_and_another_is_not() -> None:
    hashed = bcrypt.hashpw(b"secret-word", bcrypt.gensalt())
    assert bcrypt.checkpw(b"secret-word", hashed)
    assert not bcrypt.checkpw(b"secret-work", hashed)
    assert len(hashed) == 60


def test_a_salt_says_what_was_asked_for_and_the_work_is_the_least() -> None:
    salt = bcrypt.gensalt(10, b"2a")
    assert (salt[:7], len(salt)) == (b"$2a$10$", 29)
    assert bcrypt.hashpw(b"word", salt)[29:32] == b"2a4"
    assert bcrypt.gensalt() != bcrypt.gensalt()


def test_a_long_password_is_cut_as_bcrypt_does() -> None:
    salt = bcrypt.gensalt()
    assert bcrypt.hashpw(b"x" * 72 + b"rest", salt) == bcrypt.hashpw(b"x" * 72, salt)


@pytest.mark.parametrize("salt", [b"", b"$2b$12", b"$1$12$abc", b"$2b$xx$abcdefghijklmnopqrstuv", b"\xff"])
def test_a_wrong_salt_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="Invalid salt"):
        bcrypt.hashpw(b"word", salt)
