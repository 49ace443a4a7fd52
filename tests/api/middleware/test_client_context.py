"""Core knows the sender of a request, and of a socket."""

from core.accounts.client import current_client
from tests.support.installation import ApiUser, Installation


async def test_a_sign_in_is_listed_with_its_program_and_address(installation: Installation, ada: ApiUser) -> None:
    body = {"username": "ada", "password": "correct horse battery staple"}
    headers = {"User-Agent": "curl/8.5.0", "X-Forwarded-For": "192.0.2.7"}
    assert (await installation.client.post("/api/auth/login", json=body, headers=headers)).status_code == 200
    newest = (await ada.get("/api/auth/sessions")).json()[0]
    assert (newest["client"], newest["address"], newest["current"]) == ("curl", "192.0.2.7", False)
    assert current_client.get().address == ""  # what belongs to a request stays in it
