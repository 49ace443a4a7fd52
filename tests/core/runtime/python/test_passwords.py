"""Hashes of passwords where Python comes without OpenSSL."""

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest

from core.runtime.python import passwords
from core.runtime.python.passwords import complete_hashlib, pbkdf2_hmac


@pytest.mark.parametrize("length", [None, 10, 32, 70])
@pytest.mark.parametrize("name", ["sha1", "sha256", "sha512"])
def test_pbkdf2_gives_what_openssl_gives(name: str, length: int | None) -> None:
    own = pbkdf2_hmac(name, b"password", b"salt", 7, length)
    assert own == hashlib.pbkdf2_hmac(name, b"password", b"salt", 7, length)


def test_werkzeug_goes_without_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(hashlib, "scrypt")
    hashed: list[tuple[Any, ...]] = []

    def generate(*given: Any) -> str:
        hashed.append(given)
        return "hash"

    security = SimpleNamespace(generate_password_hash=generate, DEFAULT_PBKDF2_ITERATIONS=1_000_000)
    handler = SimpleNamespace(_BcryptCommon=type("Common", (), {}))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: True)
    modules = {"werkzeug.security": security, "passlib.handlers.bcrypt": handler}
    monkeypatch.setattr("importlib.import_module", modules.__getitem__)
    complete_hashlib()
    complete_hashlib()
    assert security.generate_password_hash("secret") == "hash"
    security.generate_password_hash("secret", method="pbkdf2:sha512")
    assert hashed == [("secret", "pbkdf2:sha256", 16), ("secret", "pbkdf2:sha512", 16)]
    assert security.DEFAULT_PBKDF2_ITERATIONS == passwords.ITERATIONS
    assert handler._BcryptCommon._finalize_backend_mixin("bcrypt", False) is True


def test_what_is_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashlib.pbkdf2_hmac
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    complete_hashlib()
    assert hashlib.pbkdf2_hmac is before
    monkeypatch.delattr(hashlib, "pbkdf2_hmac")
    complete_hashlib()
    assert hashlib.pbkdf2_hmac("sha256", b"a", b"b", 1) == pbkdf2_hmac("sha256", b"a", b"b", 1)
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", before)
