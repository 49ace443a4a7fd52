"""Accounts over HTTP, and who is asking: the one place where a token is read from a request."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from api.schemas.projects import Credentials, Registration, SignInOut, StreamTokenOut, UserOut
from core.accounts.accounts import Identity, SignIn
from core.errors import NotAuthenticated
from core.studio import Studio

router = APIRouter(prefix="/api/auth", tags=["accounts"])

_bearer = HTTPBearer(auto_error=False, description="The token of a sign-in.")


def studio_of(connection: HTTPConnection) -> Studio:
    """The installation that this request or socket belongs to."""
    studio: Studio = connection.app.state.studio
    return studio


async def _installation(request: Request) -> Studio:
    return studio_of(request)


# Asynchronous, as every dependency here: FastAPI runs the others in threads, which costs more than all they do.
Installation = Annotated[Studio, Depends(_installation)]
Header = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def signed_in(studio: Installation, header: Header) -> Identity:
    """Who asks, by the header alone."""
    if header is None:
        raise NotAuthenticated("Sign in first: send the header 'Authorization: Bearer' with your token.")
    return await studio.accounts.identify(header.credentials)


async def reader(connection: HTTPConnection) -> Identity:
    """Who reads a stream, by the header or else by ``?token=``; a stream token will do. Raises NotAuthenticated.

    Read by hand: FastAPI's dependencies cost more than all else at the start of a stream.
    """
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer" and credentials.strip()
    text = bearer or connection.query_params.get("token")
    if not text:
        raise NotAuthenticated("Sign in first: send your token as a header, or as ?token= in the address.")
    return await studio_of(connection).accounts.identify(text, stream=True)


Signed = Annotated[Identity, Depends(signed_in)]
Reader = Annotated[Identity, Depends(reader)]


@router.post("/register", status_code=201)
async def register(studio: Installation, body: Registration) -> SignInOut:
    """Make an account and sign in; the first of an installation is its admin."""
    return _out(await studio.accounts.register(body.username, body.password, body.email))


@router.post("/login")
async def login(studio: Installation, body: Credentials, request: Request) -> SignInOut:
    """Sign in."""
    address = request.client.host if request.client else ""
    return _out(await studio.accounts.login(body.username, body.password, address))


@router.get("/me")
async def me(identity: Signed) -> UserOut:
    """Who am I."""
    return UserOut.of(identity.user)


@router.post("/logout", status_code=204)
async def logout(studio: Installation, identity: Signed) -> None:
    """Sign out: this token, and the stream tokens made from it, stop working at once."""
    await studio.accounts.logout(identity)


@router.post("/stream-token")
async def stream_token(studio: Installation, identity: Signed) -> StreamTokenOut:
    """A token for the address of a stream, so that the one of the sign-in stays out of addresses."""
    token, expires_at = studio.accounts.stream_token(identity)
    return StreamTokenOut(token=token, expires_at=expires_at)


def _out(sign_in: SignIn) -> SignInOut:
    return SignInOut(token=sign_in.token, expires_at=sign_in.expires_at, user=UserOut.of(sign_in.user))
