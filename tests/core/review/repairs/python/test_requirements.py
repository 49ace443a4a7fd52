"""What a requirements.txt lacks, and what does not belong into it."""

from core.review.repairs.python.requirements import declare_packages
from tests.support.repairs import repaired

MAIN = "import os\nfrom fastapi import FastAPI, Form\nfrom pydantic import BaseModel, EmailStr\nimport jose\n"


def test_no_manifest_is_made() -> None:
    assert repaired(declare_packages, {"main.py": MAIN, "tools.py": "import tools\n"}, stack="fastapi") == {}


def test_what_goes_with_an_import_is_declared_with_it() -> None:
    texts = {"main.py": MAIN, "requirements.txt": "fastapi\n"}
    lines = "fastapi email-validator python-jose python-multipart"
    assert repaired(declare_packages, texts) == {"requirements.txt": lines.replace(" ", "\n") + "\n"}


def test_what_is_missing_is_added_below_what_is_there() -> None:
    texts = {"app.py": "from flask import Flask\nfrom flask_cors import CORS\n", "requirements.txt": "flask==3.0.0"}
    assert repaired(declare_packages, texts, stack="flask") == {"requirements.txt": "flask==3.0.0\nflask-cors\n"}


def test_parts_of_python_are_dropped() -> None:
    texts = {"app.py": "import flask\n", "requirements.txt": "flask\nuuid\n# typing is a part\ntyping==3.7\n"}
    assert repaired(declare_packages, texts, stack="flask") == {"requirements.txt": "flask\n# typing is a part\n"}


def test_other_manifests_are_left_alone() -> None:
    main = "import flask\nimport jose\n"
    assert repaired(declare_packages, {"a.py": main, "pyproject.toml": "[project]\n"}, stack="flask") == {}
    assert repaired(declare_packages, {"a.py": main, "requirements.txt": "-r base.txt\n"}, stack="flask") == {}
