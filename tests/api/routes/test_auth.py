"""Accounts over HTTP, in the shapes of the contract."""

import json
from datetime import datetime

import pytest

from core.accounts.sign_in_limits import PAIR_POLICY
from core.settings import RegistrationPolicy, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.installation import PASSWORD, ApiUser, Installation, serving_installation


async def test_registering_answers_with_a_token_and_the_user(installation: Installation) -> None:
    body = {"username": "Ada", "password": PASSWORD, "email": "ada@example.org"}
    answer = await installation.client.post("/api/auth/register", json=body)
    made = answer.json()
    assert answer.status_code == 201
    assert made.keys() == {"token", "token_type", "expires_at", "user"}
    assert made["token_type"] == "bearer"
    assert datetime.fromisoformat(made["expires_at"]).tzinfo
    assert made["user"] == {"id": 1, "username": "Ada", "email": "ada@example.org", "role": "admin"}


async def test_signing_in_answers_the_same(installation: Installation, ada: ApiUser) -> None:
    answer = await installation.client.post("/api/auth/login", json={"username": "ADA", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json().keys() == {"token", "token_type", "expires_at", "user"}
    assert answer.json()["user"] == (await ada.get("/api/auth/me")).json()


async def test_a_wrong_name_and_a_wrong_password_are_one_and_the_same(installation: Installation, ada: ApiUser) -> None:
    answers = []
    for name, password in ((ada.name, "wrong password"), ("nobody", PASSWORD), (ada.name, ""), ("", "")):
        answer = await installation.client.post("/api/auth/login", json={"username": name, "password": password})
        answers.append((answer.status_code, answer.text))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    assert "bad_credentials" in answers[0][1]


async def test_too_many_attempts_say_when_to_come_back(installation: Installation, ada: ApiUser) -> None:
    wrong = {"username": ada.name, "password": "wrong password"}
    for _ in range(PAIR_POLICY.free_failures):
        assert (await installation.client.post("/api/auth/login", json=wrong)).status_code == 401
    answer = await installation.client.post("/api/auth/login", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60


async def test_a_taken_name_is_a_conflict(installation: Installation, ada: ApiUser) -> None:
    answer = await installation.client.post("/api/auth/register", json={"username": "ADA", "password": PASSWORD})
    assert (ada.name, answer.status_code, answer.json()["code"]) == ("ada", 409, "already_exists")


async def test_signing_out_stops_the_token_at_once(ada: ApiUser) -> None:
    stream = (await ada.post("/api/auth/stream-token")).json()
    assert stream.keys() == {"token", "expires_at"}
    answer = await ada.post("/api/auth/logout")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await ada.get("/api/auth/me")).status_code == 401
    assert (await ada.client.get(f"/api/runs/x/stream?token={stream['token']}")).status_code == 401


@pytest.fixture
def closed(settings: Settings) -> Settings:
    return settings.model_copy(update={"registration": RegistrationPolicy.CLOSED})


async def test_closed_registration_is_told(closed: Settings, closed_studio: Studio, engine: ScriptedEngine) -> None:
    studio = Studio(closed, closed_studio.engines, skip_review)
    async with serving_installation(studio, engine) as installation:
        answer = await installation.client.post("/api/auth/register", json={"username": "ada", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")


async def test_a_blank_email_is_none(installation: Installation) -> None:
    body = {"username": "ada", "password": PASSWORD, "email": " "}
    made = await installation.client.post("/api/auth/register", json=body)
    assert (made.status_code, made.json()["user"]["email"]) == (201, None)


async def test_half_a_surrogate_pair_in_a_password_is_invalid(installation: Installation) -> None:
    for route in ("register", "login"):
        body = json.dumps({"username": "ada", "password": "12345678\ud800"})
        headers = {"Content-Type": "application/json"}
        made = await installation.client.post(f"/api/auth/{route}", content=body, headers=headers)
        assert (made.status_code, made.json()["errors"][0]["field"]) == (422, "password")


async def test_a_new_password_ends_every_other_sign_in(installation: Installation, ada: ApiUser) -> None:
    sign_in = {"username": "ada", "password": PASSWORD}
    elsewhere = (await installation.client.post("/api/auth/login", json=sign_in)).json()["token"]
    wrong = await ada.post("/api/auth/password", {"current": "wrong password", "new": "another horse"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_credentials")
    short = await ada.post("/api/auth/password", {"current": PASSWORD, "new": "short"})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "new")
    assert (await ada.post("/api/auth/password", {"current": PASSWORD, "new": "another horse"})).status_code == 204
    assert (await ada.get("/api/auth/me")).status_code == 200
    headers = {"Authorization": f"Bearer {elsewhere}"}
    assert (await installation.client.get("/api/auth/me", headers=headers)).status_code == 401
    assert (await installation.client.post("/api/auth/login", json=sign_in)).status_code == 401
    [session] = (await ada.get("/api/auth/sessions")).json()
    assert session["current"]


async def test_sign_ins_are_listed_and_ended_one_by_one(installation: Installation, ada: ApiUser) -> None:
    await installation.client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    other, own = sorted((await ada.get("/api/auth/sessions")).json(), key=lambda each: bool(each["current"]))
    assert own.keys() == {"id", "client", "address", "created_at", "last_seen_at", "expires_at", "current"}
    assert (await ada.request("DELETE", f"/api/auth/sessions/{other['id']}")).status_code == 204
    assert (await ada.request("DELETE", f"/api/auth/sessions/{other['id']}")).status_code == 404
    assert [each["id"] for each in (await ada.get("/api/auth/sessions")).json()] == [own["id"]]


async def test_an_account_is_deleted_by_its_owner_unless_it_is_the_last_admins(
    installation: Installation, ada: ApiUser
) -> None:
    eve = await installation.register_user("eve")
    await eve.create_project()
    assert (await eve.request("DELETE", "/api/auth/me", {"password": "wrong password"})).status_code == 401
    assert (await eve.request("DELETE", "/api/auth/me", {"password": PASSWORD})).status_code == 204
    assert (await eve.get("/api/auth/me")).status_code == 401
    last = await ada.request("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert (last.status_code, last.json()["code"]) == (409, "conflict")
    assert (await ada.get("/api/auth/me")).status_code == 200
