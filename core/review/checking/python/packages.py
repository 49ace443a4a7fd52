"""What requirements.txt and pyproject.toml declare, and what comes along with it."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.files.source_file import SourceFile
from core.review.checking.problem import Kind, Problem
from core.review.checking.project_files import Project, above

DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "bson": "pymongo",
    "corsheaders": "django-cors-headers",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "faiss": "faiss-cpu",
    "fitz": "pymupdf",
    "flask_cors": "Flask-Cors",
    "flask_login": "Flask-Login",
    "flask_migrate": "Flask-Migrate",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "git": "GitPython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "lxml": "lxml",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyOpenSSL",
    "PIL": "Pillow",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "win32api": "pywin32",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
"""By the name of the import, where it is not the package's."""
KNOWN = frozenset(
    {"aiohttp", "alembic", "anyio", "bcrypt", "celery", "click", "django", "docker", "fastapi", "flask", "httpx"}
    | {"jinja2", "limits", "markdown", "marshmallow", "motor", "numpy", "pandas", "passlib", "pydantic", "pymongo"}
    | {"pytest", "redis", "requests", "sqlalchemy", "sqlmodel", "starlette", "stripe", "typer", "uvicorn", "werkzeug"}
)
"""Packages that are meant even where a folder of the project has their name."""
BRINGS = {
    "aiohttp": "yarl multidict aiosignal frozenlist attrs",
    "boto3": "botocore s3transfer",
    "celery": "kombu billiard vine",
    "django": "asgiref sqlparse",
    "fastapi": "starlette pydantic typing-extensions anyio annotated-types pydantic-core idna",
    "fastapi[all]": "fastapi[standard] pydantic-settings orjson ujson itsdangerous pyyaml",
    "fastapi[standard]": "uvicorn httpx jinja2 python-multipart email-validator fastapi-cli typer rich",
    "flask": "werkzeug jinja2 click itsdangerous blinker markupsafe",
    "httpx": "httpcore anyio certifi idna sniffio h11",
    "matplotlib": "numpy pillow",
    "motor": "pymongo",
    "pandas": "numpy python-dateutil pytz",
    "pydantic": "pydantic-core typing-extensions annotated-types",
    "pydantic-settings": "pydantic python-dotenv",
    "pydantic[email]": "email-validator",
    "requests": "urllib3 certifi idna charset-normalizer",
    "scikit-learn": "numpy scipy joblib threadpoolctl",
    "scipy": "numpy",
    "sqlalchemy": "typing-extensions greenlet",
    "sqlmodel": "sqlalchemy pydantic",
    "typer": "click rich",
    "uvicorn": "click h11",
    "uvicorn[standard]": "httptools uvloop watchfiles websockets python-dotenv pyyaml",
}
"""What comes along, as far as people import it themselves."""
COMPANIONS = {
    ("pydantic", "EmailStr"): "email-validator",
    ("fastapi", "File"): "python-multipart",
    ("fastapi", "Form"): "python-multipart",
    ("fastapi", "UploadFile"): "python-multipart",
    ("fastapi.security", "OAuth2PasswordRequestForm"): "python-multipart",
    ("fastapi.templating", "Jinja2Templates"): "jinja2",
}
"""What a name of a module does not work without, although the module's own package does not bring it."""
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?=$|[<>=!~;@#\s(^])"
)
OTHER_MANIFESTS = ("setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")
"""Manifests that are not read here: beside one of them, nothing is known to be undeclared."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Distributions by their names as PEP 503 normalises them; ``where`` is the file that should name one more."""

    where: str
    packages: frozenset[str]


def declared_for(folder: str, project: Project) -> Declared | None:
    """What the manifests above and in ``folder`` declare; None where there is none, or one that cannot be read."""
    found: list[str] = []
    where = ""
    for above_it in (folder, *above(folder)):
        if any(f"{above_it}/{name}".lstrip("/") in project.paths for name in OTHER_MANIFESTS):
            return None
        for place in _manifests(above_it, project):
            where = where or place
            named = _named(place, project.texts[place])
            if named is None:
                return None
            found += named
    return Declared(where, frozenset(_with_company(found))) if where else None


def needless_requirements(file: SourceFile) -> Iterator[Problem]:
    """Lines of a requirements.txt that name a part of Python: pip finds no such package, or one of somebody else."""
    if not re.fullmatch(r"(?:.*/)?requirements[^/]*\.txt", file.path):
        return
    for number, line in enumerate(file.text.split("\n"), 1):
        name = match["name"] if (match := REQUIREMENT.match(line.strip())) else ""
        if name.replace("-", "_") in sys.stdlib_module_names:
            yield Problem(number, 1, f"`{name}` is a part of Python: leave this line out.", Kind.DEPENDENCY)


def distribution_of(module: str) -> str:
    """The package to install for an import."""
    return DISTRIBUTIONS.get(module, module)


def is_known(module: str) -> bool:
    """Whether an import means a package that everybody has heard of."""
    return module in KNOWN or module in DISTRIBUTIONS


def is_declared(module: str, declared: Declared) -> bool:
    """Whether some declared distribution is, or by its name may be, the one of this import."""
    if _normal(distribution_of(module)) in declared.packages:
        return True
    bare = re.sub(r"[\W_]", "", module.lower())
    # Names of distributions say more than those of imports: python-x, x-sdk, django-x, types for x.
    return any(bare in name.replace("-", "") or name.replace("-", "") == f"py{bare}" for name in declared.packages)


def _manifests(folder: str, project: Project) -> Iterator[str]:
    start = f"{folder}/" if folder else ""
    pattern = re.compile(
        rf"{re.escape(start)}(?:requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.txt|pyproject\.toml)"
    )
    for path in sorted(project.paths, key=lambda path: ("pyproject" in path, path)):
        if pattern.fullmatch(path) and (not path.endswith(".toml") or "dependencies" in project.texts[path]):
            yield path


def _named(path: str, text: str) -> list[str] | None:
    if path.endswith(".toml"):
        return _in_pyproject(text)
    named: list[str] = []
    for line in text.splitlines():
        bare = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if not bare or bare.startswith("--"):
            continue
        if bare.startswith(("-", ".", "/")) or not (match := REQUIREMENT.match(bare)):
            return None
        named += _with_extras(match)
    return named


def _in_pyproject(text: str) -> list[str] | None:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    project = table.get("project", {})
    parts = [project.get("dependencies"), project.get("optional-dependencies"), table.get("dependency-groups")]
    lines = [*_strings(parts), *_poetry(table.get("tool", {}).get("poetry", {}))]
    return [name for line in lines if (match := REQUIREMENT.match(line)) for name in _with_extras(match)]


def _strings(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [line for value in inner for line in _strings(value)]


def _poetry(part: Any) -> list[str]:
    if not isinstance(part, dict):
        return []
    own = [
        name
        for key, value in part.items()
        if key.endswith("dependencies") and isinstance(value, dict)
        for name in value
    ]
    return own + [name for group in part.get("group", {}).values() for name in _poetry(group)]


def _with_extras(match: re.Match[str]) -> Iterator[str]:
    name = _normal(match["name"])
    yield name
    for extra in (match["extras"] or "").split(","):
        yield f"{name}[{extra.strip().lower()}]"


@cache
def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _with_company(named: Iterable[str]) -> set[str]:
    """The distributions and those that come along; what is made for Flask or Django brings it."""
    known: set[str] = set()
    ahead = list(named)
    while ahead:
        name = ahead.pop()
        if name not in known:
            known.add(name)
            ahead += BRINGS.get(name, "").split()
            ahead += [name.partition("-")[0]] if name.startswith(("flask-", "django-", "pytest-")) else []
            ahead += ["django"] if name == "djangorestframework" else []
    return known
