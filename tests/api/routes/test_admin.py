"""What admins do, and nobody else."""

import pytest

from tests.support.installation import PASSWORD, ApiUser, Installation

ROUTES = (
    ("GET", "/api/admin/users", None),
    ("POST", "/api/admin/users", {"username": "bob", "password": PASSWORD}),
    ("PATCH", "/api/admin/users/1", {"role": "user"}),
    ("DELETE", "/api/admin/users/1", None),
    ("GET", "/api/admin/settings", None),
    ("PATCH", "/api/admin/settings", {"registration": "closed"}),
    ("POST", "/api/admin/invitations", None),
    ("DELETE", "/api/admin/invitations", None),
    ("GET", "/api/admin/audit", None),
)


async def test_others_are_forbidden_all_of_it(installation: Installation, ada: ApiUser) -> None:
    eve = await installation.register_user("eve")
    for method, path, body in ROUTES:
        answer = await eve.request(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    assert (await ada.get("/api/admin/settings")).json() == {"registration": "open", "default_model": None}


async def test_accounts_are_made_changed_and_deleted(installation: Installation, ada: ApiUser) -> None:
    made = await ada.post("/api/admin/users", {"username": "eve", "password": PASSWORD})
    assert (made.status_code, made.json()["role"], made.json()["projects"]) == (201, "user", 0)
    user_id = made.json()["id"]
    sign_in = {"username": "eve", "password": PASSWORD}
    token = (await installation.client.post("/api/auth/login", json=sign_in)).json()["token"]
    eve = ApiUser("eve", token, ada.client, ada.engine)
    await eve.create_project()
    assert [(user["username"], user["projects"]) for user in (await ada.get("/api/admin/users")).json()] == [
        ("ada", 0),
        ("eve", 1),
    ]
    promoted = await ada.request("PATCH", f"/api/admin/users/{user_id}", {"role": "admin"})
    assert promoted.json()["role"] == "admin"
    assert (await eve.get("/api/admin/audit")).status_code == 200
    assert (await ada.request("PATCH", f"/api/admin/users/{user_id}", {"disabled": True})).json()["disabled"]
    assert (await eve.get("/api/auth/me")).status_code == 401
    reset = {"disabled": False, "password": "another horse"}
    assert (await ada.request("PATCH", f"/api/admin/users/{user_id}", reset)).status_code == 200
    assert (await installation.client.post("/api/auth/login", json=sign_in)).status_code == 401
    assert (await ada.request("DELETE", f"/api/admin/users/{user_id}")).status_code == 204
    for method, body in (("PATCH", {"role": "user"}), ("DELETE", None)):
        assert (await ada.request(method, f"/api/admin/users/{user_id}", body)).status_code == 404


async def test_the_last_admin_stays_and_another_may_go(ada: ApiUser) -> None:
    for method, body in (("PATCH", {"disabled": True}), ("PATCH", {"role": "user"}), ("DELETE", None)):
        answer = await ada.request(method, "/api/admin/users/1", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    other = (await ada.post("/api/admin/users", {"username": "eve", "password": PASSWORD})).json()
    await ada.request("PATCH", f"/api/admin/users/{other['id']}", {"role": "admin"})
    assert (await ada.request("PATCH", "/api/admin/users/1", {"role": "user"})).json()["role"] == "user"
    assert (await ada.get("/api/admin/users")).status_code == 403


@pytest.mark.parametrize("user_id", ["0", "2147483648", "9223372036854775808", "9" * 40])
async def test_an_id_that_nobody_can_have_is_not_found(ada: ApiUser, user_id: str) -> None:
    for method, body in (("PATCH", {"role": "user"}), ("PATCH", {}), ("DELETE", None)):
        assert (await ada.request(method, f"/api/admin/users/{user_id}", body)).status_code == 404


async def test_settings_are_in_force_at_once(installation: Installation, ada: ApiUser) -> None:
    installation.engine.model_names = ["scripted", "other:7b"]
    changes = {"registration": "closed", "default_model": "other:7b"}
    assert (await ada.request("PATCH", "/api/admin/settings", changes)).json() == changes
    refused = await installation.client.post("/api/auth/register", json={"username": "eve", "password": PASSWORD})
    assert refused.json()["code"] == "registration_closed"
    assert (await ada.get("/api/models")).json()[0]["name"] == "other:7b"
    assert (await ada.request("PATCH", "/api/admin/settings", {})).json() == changes
    back = {"registration": None, "default_model": None}
    assert (await ada.request("PATCH", "/api/admin/settings", back)).json() == {
        "registration": "open",
        "default_model": None,
    }


async def test_the_audit_log_tells_what_was_done(ada: ApiUser) -> None:
    project_id = await ada.create_project("Slow Club")
    await ada.request("DELETE", f"/api/projects/{project_id}")
    await ada.post("/api/keys", {"name": "ci"})
    events = (await ada.get("/api/admin/audit?limit=2")).json()
    assert [(event["username"], event["action"], event["target"]) for event in events] == [
        ("ada", "key_made", "ci"),
        ("ada", "project_deleted", "Slow Club"),
    ]
    assert events[0]["address"] == "127.0.0.1"
    [oldest] = (await ada.get(f"/api/admin/audit?before={events[-1]['id']}")).json()
    assert oldest["action"] == "account_made"


async def test_metrics_are_open_to_the_keys_of_admins(installation: Installation, ada: ApiUser) -> None:
    elsewhere = {"X-Forwarded-For": "192.0.2.1"}
    eve = await installation.register_user("eve")
    for owner, status in ((ada, 200), (eve, 403)):
        key = (await owner.post("/api/keys", {"name": "prometheus", "scopes": ["read"]})).json()["key"]
        headers = elsewhere | {"Authorization": f"Bearer {key}"}
        assert (await installation.client.get("/metrics", headers=headers)).status_code == status
