"""Accounts over HTTP, and who is asking: the one place where a token is read from a request."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from api.schemas.accounts import (
    Credentials,
    PasswordChange,
    PasswordConfirmation,
    Registration,
    SessionOut,
    SignInOut,
    StreamTokenOut,
    UserOut,
)
from core.accounts.identity import Identity, SignIn
from core.errors import NotAuthenticated
from core.studio import Studio

router = APIRouter(prefix="/api/auth", tags=["accounts"])

_bearer = HTTPBearer(auto_error=False, description="The token of a sign-in, or an API key.")


def studio_of(connection: HTTPConnection) -> Studio:
    """The installation that this request or socket belongs to."""
    studio: Studio = connection.app.state.studio
    return studio


async def _get_studio(request: Request) -> Studio:
    return studio_of(request)


# Asynchronous, as every dependency here: FastAPI runs the others in threads, which costs more than all they do.
StudioDep = Annotated[Studio, Depends(_get_studio)]
BearerHeader = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


SAFE_METHODS = frozenset({"GET", "HEAD"})


async def reading_identity(studio: StudioDep, header: BearerHeader) -> Identity:
    """Who asks, by the header alone."""
    if header is None:
        raise NotAuthenticated("Sign in first: send the header 'Authorization: Bearer' with your token.")
    return await studio.accounts.sessions.identify(header.credentials)


ReadingIdentity = Annotated[Identity, Depends(reading_identity)]


async def current_identity(request: Request, identity: ReadingIdentity) -> Identity:
    """The same; a key that may only read is refused where something is started, stopped or changed."""
    if request.method not in SAFE_METHODS:
        identity.check_may_write()
    return identity


async def sign_in_identity(identity: ReadingIdentity) -> Identity:
    """The same; keys are refused."""
    identity.check_is_sign_in()
    return identity


async def bearer_identity(connection: HTTPConnection) -> Identity:
    """Who asks, by the header alone, where no dependency of FastAPI says it. Raises NotAuthenticated."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("Sign in first: send the header 'Authorization: Bearer' with your token.")
    return await studio_of(connection).accounts.sessions.identify(token.strip())


async def stream_identity(connection: HTTPConnection) -> Identity:
    """Who reads a stream, by the header or else by ``?token=``; a stream token will do. Raises NotAuthenticated.

    Read by hand: FastAPI's dependencies cost more than all else at the start of a stream.
    """
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer" and credentials.strip()
    token = bearer or connection.query_params.get("token")
    if not token:
        raise NotAuthenticated("Sign in first: send your token as a header, or as ?token= in the address.")
    return await studio_of(connection).accounts.sessions.identify(token, allow_stream_token=True)


CurrentIdentity = Annotated[Identity, Depends(current_identity)]
SignInIdentity = Annotated[Identity, Depends(sign_in_identity)]
StreamIdentity = Annotated[Identity, Depends(stream_identity)]


@router.post("/register", status_code=201)
async def register(studio: StudioDep, body: Registration, request: Request) -> SignInOut:
    """Make an account and sign in; the first of an installation is its admin."""
    return _sign_in_response(
        await studio.accounts.register(
            body.username, body.password, body.email, _client_address(request), invitation=body.invitation
        )
    )


@router.post("/login")
async def login(studio: StudioDep, body: Credentials, request: Request) -> SignInOut:
    """Sign in."""
    return _sign_in_response(await studio.accounts.login(body.username, body.password, _client_address(request)))


@router.get("/me")
async def me(identity: CurrentIdentity) -> UserOut:
    """Who am I."""
    return UserOut.from_user(identity.user)


@router.delete("/me", status_code=204)
async def delete_me(studio: StudioDep, identity: SignInIdentity, body: PasswordConfirmation) -> None:
    """Delete this account with its projects; the last admin cannot go."""
    await studio.accounts.delete_own(identity, body.password)


@router.post("/logout", status_code=204)
async def logout(studio: StudioDep, identity: SignInIdentity) -> None:
    """Sign out: this token, and the stream tokens made from it, stop working at once."""
    await studio.accounts.sessions.end(identity)


@router.post("/password", status_code=204)
async def change_password(studio: StudioDep, identity: SignInIdentity, body: PasswordChange) -> None:
    """Set a new password; every other session of this account ends, with what it has opened."""
    await studio.accounts.change_password(identity, body.current, body.new)


@router.get("/sessions")
async def sessions(studio: StudioDep, identity: SignInIdentity) -> list[SessionOut]:
    """Where this account is signed in, what was used last first."""
    rows = await studio.accounts.sessions.sessions_of(identity.user.id)
    return [SessionOut.from_session(row, identity.token.session_id) for row in rows]


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(studio: StudioDep, identity: SignInIdentity, session_id: str) -> None:
    """Sign out there; what it has opened ends at once."""
    await studio.accounts.sessions.end_listed(identity.user.id, session_id)


@router.post("/stream-token")
async def stream_token(studio: StudioDep, identity: ReadingIdentity) -> StreamTokenOut:
    """A token for the address of a stream, so that the one of the sign-in stays out of addresses."""
    token, expires_at = studio.accounts.sessions.issue_stream_token(identity)
    return StreamTokenOut(token=token, expires_at=expires_at)


def _client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def _sign_in_response(sign_in: SignIn) -> SignInOut:
    return SignInOut(token=sign_in.token, expires_at=sign_in.expires_at, user=UserOut.from_user(sign_in.user))
