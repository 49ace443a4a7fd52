"""Passwords and tokens by themselves: what they hold, how long they work, and what is no token of ours."""

import base64
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from core.accounts.security import (
    LOGIN_TOKEN_LIFETIME,
    STREAM_START_WINDOW,
    STREAM_TOKEN_LIFETIME,
    Token,
    TokenKind,
    decode_token,
    encode_token,
    hash_password,
    new_login_token,
    new_stream_token,
    verify_password,
)
from core.errors import NotAuthenticated, TokenExpired

SECRET = "a secret of this installation, long enough"
ROUNDS = 4
"""The least cost that bcrypt takes."""


@pytest.fixture
def now() -> datetime:
    """The real time: the library of the tokens reads that clock."""
    return datetime.now(UTC)


def seconds(token: Token) -> Token:
    """The token as it is read: its end in whole seconds."""
    return Token(token.user_id, token.kind, token.session_id, token.issued_at, token.expires_at.replace(microsecond=0))


def test_a_token_is_read_as_it_was_written(now: datetime) -> None:
    login = new_login_token(7, now)
    for token in (login, new_stream_token(login, now)):
        assert decode_token(encode_token(token, SECRET), SECRET) == seconds(token)


def test_each_sign_in_is_one_of_its_own(now: datetime) -> None:
    assert new_login_token(7, now).session_id != new_login_token(7, now).session_id


def test_a_sign_in_works_for_its_time(now: datetime) -> None:
    token = new_login_token(7, now)
    assert (token.kind, token.issued_at, token.expires_at) == (TokenKind.LOGIN, now, now + LOGIN_TOKEN_LIFETIME)


def test_a_stream_token_belongs_to_its_sign_in_and_works_for_hours(now: datetime) -> None:
    login = new_login_token(7, now)
    later = now + timedelta(days=1)
    stream = new_stream_token(login, later)
    assert (stream.user_id, stream.kind, stream.session_id) == (7, TokenKind.STREAM, login.session_id)
    assert (stream.issued_at, stream.expires_at) == (later, later + STREAM_TOKEN_LIFETIME)


def test_a_stream_token_never_outlives_its_sign_in(now: datetime) -> None:
    login = new_login_token(7, now)
    assert new_stream_token(login, login.expires_at - timedelta(hours=1)).expires_at == login.expires_at


def test_a_stream_token_starts_a_stream_only_while_it_is_fresh(now: datetime) -> None:
    login = new_login_token(7, now)
    stream = new_stream_token(login, now)
    moments = [now, now + STREAM_START_WINDOW - timedelta(microseconds=1), now + STREAM_START_WINDOW]
    assert [stream.can_start_stream(moment) for moment in moments] == [True, True, False]
    assert [login.can_start_stream(moment) for moment in moments] == [True, True, True]


def test_a_token_of_long_ago_has_expired(now: datetime) -> None:
    encoded = encode_token(new_login_token(7, now - timedelta(days=30)), SECRET)
    with pytest.raises(TokenExpired):
        decode_token(encoded, SECRET)


def claims(now: datetime, **changes: object) -> dict[str, object]:
    """What a token says, but for ``changes``; None takes a claim away."""
    end = (now + timedelta(days=1)).timestamp()
    said = {"sub": "7", "jti": "x", "kind": "login", "iat": now.timestamp(), "exp": int(end)} | changes
    return {name: value for name, value in said.items() if value is not None}


def test_the_claims_of_these_tests_are_good(now: datetime) -> None:
    assert decode_token(jwt.encode(claims(now), SECRET, algorithm="HS256"), SECRET).user_id == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"jti": None},
        {"kind": None},
        {"iat": None},
        {"exp": None},
        {"sub": "seven"},
        {"sub": "7.5"},
        {"kind": "admin"},
        {"exp": "soon"},
    ],
)
def test_a_token_whose_claims_are_wrong_is_none(now: datetime, changes: dict[str, object]) -> None:
    encoded = jwt.encode(claims(now, **changes), SECRET, algorithm="HS256")
    with pytest.raises(NotAuthenticated) as refused:
        decode_token(encoded, SECRET)
    assert not isinstance(refused.value, TokenExpired)


def test_a_token_that_was_signed_otherwise_is_none(now: datetime) -> None:
    good = encode_token(new_login_token(7, now), SECRET)
    forged = [
        jwt.encode(claims(now), SECRET + "!", algorithm="HS256"),
        jwt.encode(claims(now), SECRET * 2, algorithm="HS512"),
        jwt.encode(claims(now), "", algorithm="none"),
        good[:-3],
        good.rpartition(".")[0] + ".",
        "",
        "é",
        "a.b.c",
    ]
    for encoded in forged:
        with pytest.raises(NotAuthenticated):
            decode_token(encoded, SECRET)


def test_a_password_is_hashed_with_its_own_salt_and_cost() -> None:
    first, second = (hash_password("correct horse", ROUNDS) for _ in range(2))
    assert first != second
    assert first.split("$")[2] == "04"
    assert verify_password("correct horse", first)
    assert verify_password("correct horse", second)
    assert not verify_password("Correct horse", first)


@pytest.mark.parametrize("password", ["x" * 73, "a\x00bc", "🐈" * 30, "half\ud800", ""])
def test_every_character_of_a_password_counts(password: str) -> None:
    hashed = hash_password(password, ROUNDS)
    assert verify_password(password, hashed)
    for wrong in (password + "y", "y" + password, password[:-1] + "z"):
        assert not verify_password(wrong, hashed)


ABSURD_BASIS = {"sub": "1", "jti": "j", "kind": "login", "iat": 1_700_000_000, "exp": 4_000_000_000}


def test_a_clock_that_was_set_back_a_minute_signs_nobody_out() -> None:
    token = new_login_token(1, datetime.now(UTC) + timedelta(seconds=60))
    assert decode_token(encode_token(token, SECRET), SECRET).user_id == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": str(2**63)},
        {"sub": "9" * 5000},
        {"sub": "-1"},
        {"sub": "0"},
        {"exp": 10**30},
        {"exp": 1e300},
        {"exp": float("inf")},
        {"iat": -(10**30)},
        {"iat": float("-inf")},
        {"iat": float("nan")},
        {"iat": True, "exp": 10**12},
    ],
    ids=str,
)
def test_absurd_numbers_are_not_valid(claims: dict[str, object]) -> None:
    with pytest.raises(NotAuthenticated):
        decode_token(jwt.encode(ABSURD_BASIS | claims, SECRET, algorithm="HS256"), SECRET)


def test_a_header_nested_without_end_is_not_valid() -> None:
    header = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    with pytest.raises(NotAuthenticated):
        decode_token(f"{header}.e30.x", SECRET)
