"""Which files of an upload are left out by their folder, their name or what is in them."""

import pytest

from tests.support.uploaded_zips import unzipped


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("node_modules/react/index.js", "node_modules/"),
        ("web/node_modules/a/b.js", "web/node_modules/"),
        (".git/config", ".git/"),
        (".venv/bin/activate", ".venv/"),
        ("dist/app.js", "dist/"),
        ("Build/app.js", "Build/"),
        ("app/__pycache__/a.txt", "app/__pycache__/"),
        ("__MACOSX/._a.py", "__MACOSX/"),
    ],
)
def test_a_folder_of_what_is_made_or_fetched_is_skipped_as_one(path: str, named: str) -> None:
    found, skipped = unzipped({path: "x", f"{named}more.js": "x"})
    assert (found, list(skipped)) == ({}, [named])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".env", "secrets"), (".env.production", "secrets"), ("server.key", "secrets"), ("cert.pem", "secrets"),
        ("id_rsa", "secrets"), (".npmrc", "secrets"), ("package-lock.json", "lock file"), ("yarn.lock", "lock file"),
        ("go.sum", "lock file"), ("jquery.min.js", "minified"), ("app.js.map", "minified"), (".DS_Store", "no code"),
        ("inner.zip", "archive inside"), ("app.jar", "archive inside"), ("logo.PNG", "no text"),
    ],
)  # fmt: skip
def test_files_that_no_model_should_see_are_skipped_by_their_name(name: str, reason: str) -> None:
    found, skipped = unzipped({f"src/{name}": "x"})
    assert found == {}
    assert reason in skipped[f"src/{name}"]


@pytest.mark.parametrize("name", [".env.example", ".gitignore", "keys.py", "package.json", "a.min.html", "lock.ts"])
def test_names_that_only_look_like_it_are_taken(name: str) -> None:
    assert unzipped({name: "x"}) == ({name: "x\n"}, {})


def test_a_private_key_and_a_minified_file_are_known_by_what_is_in_them() -> None:
    key = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n"  # in two parts, so that this file itself can be uploaded
    found, skipped = unzipped({"a.txt": key, "b.js": "x" * 6000, "c.csv": "1," * 4000})
    assert list(found) == ["c.csv"]
    assert "secrets" in skipped["a.txt"]
    assert "minified" in skipped["b.js"]
