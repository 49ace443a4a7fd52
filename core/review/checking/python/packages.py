"""What requirements.txt and pyproject.toml declare, and what comes along with it."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, parent_folders

DISTRIBUTION_BY_MODULE = {
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
WELL_KNOWN_PACKAGES = frozenset(
    {"aiohttp", "alembic", "anyio", "bcrypt", "celery", "click", "django", "docker", "fastapi", "flask", "httpx"}
    | {"jinja2", "limits", "markdown", "marshmallow", "motor", "numpy", "pandas", "passlib", "pydantic", "pymongo"}
    | {"pytest", "redis", "requests", "sqlalchemy", "sqlmodel", "starlette", "stripe", "typer", "uvicorn", "werkzeug"}
)
"""Packages that are meant even where a folder of the project has their name."""
IMPLIED_PACKAGES = {
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
REQUIRED_COMPANIONS = {
    ("pydantic", "EmailStr"): "email-validator",
    ("fastapi", "File"): "python-multipart",
    ("fastapi", "Form"): "python-multipart",
    ("fastapi", "UploadFile"): "python-multipart",
    ("fastapi.security", "OAuth2PasswordRequestForm"): "python-multipart",
    ("fastapi.templating", "Jinja2Templates"): "jinja2",
}
"""What a name of a module does not work without, although the module's own package does not bring it."""
REQUIREMENT_PATTERN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?=$|[<>=!~;@#\s(^])"
)
UNSUPPORTED_MANIFESTS = ("setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")
"""Manifests that are not read here: beside one of them, nothing is known to be undeclared."""


@dataclass(frozen=True, slots=True)
class PythonDependencies:
    """Distributions by their names as PEP 503 normalises them; ``manifest_path`` should name one more."""

    manifest_path: str
    packages: frozenset[str]


def declared_dependencies(folder: str, project: ProjectFiles) -> PythonDependencies | None:
    """What the manifests above and in ``folder`` declare; None where there is none, or one that cannot be read."""
    packages: list[str] = []
    manifest_path = ""
    for parent in (folder, *parent_folders(folder)):
        if any(f"{parent}/{name}".lstrip("/") in project.paths for name in UNSUPPORTED_MANIFESTS):
            return None
        for path in _find_manifests(parent, project):
            manifest_path = manifest_path or path
            names = _parse_manifest(path, project.texts[path])
            if names is None:
                return None
            packages += names
    return PythonDependencies(manifest_path, frozenset(_add_implied(packages))) if manifest_path else None


def stdlib_requirement_problems(file: SourceFile) -> Iterator[Problem]:
    """Lines of a requirements.txt that name a part of Python: pip finds no such package, or one of somebody else."""
    if not re.fullmatch(r"(?:.*/)?requirements[^/]*\.txt", file.path):
        return
    for number, line in enumerate(file.text.split("\n"), 1):
        name = match["name"] if (match := REQUIREMENT_PATTERN.match(line.strip())) else ""
        if name.replace("-", "_") in sys.stdlib_module_names:
            yield Problem(number, 1, f"`{name}` is a part of Python: leave this line out.", ProblemKind.DEPENDENCY)


def distribution_of(module: str) -> str:
    """The package to install for an import."""
    return DISTRIBUTION_BY_MODULE.get(module, module)


def is_well_known(module: str) -> bool:
    """Whether an import means a package that everybody has heard of."""
    return module in WELL_KNOWN_PACKAGES or module in DISTRIBUTION_BY_MODULE


def is_declared(module: str, declared: PythonDependencies) -> bool:
    """Whether some declared distribution is, or by its name may be, the one of this import."""
    if _normalize_name(distribution_of(module)) in declared.packages:
        return True
    module_letters = re.sub(r"[\W_]", "", module.lower())
    # Names of distributions say more than those of imports: python-x, x-sdk, django-x, types for x.
    return any(
        module_letters in name.replace("-", "") or name.replace("-", "") == f"py{module_letters}"
        for name in declared.packages
    )


def _find_manifests(folder: str, project: ProjectFiles) -> Iterator[str]:
    prefix = f"{folder}/" if folder else ""
    pattern = re.compile(
        rf"{re.escape(prefix)}(?:requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.txt|pyproject\.toml)"
    )
    for path in sorted(project.paths, key=lambda path: ("pyproject" in path, path)):
        if pattern.fullmatch(path) and (not path.endswith(".toml") or "dependencies" in project.texts[path]):
            yield path


def _parse_manifest(path: str, text: str) -> list[str] | None:
    if path.endswith(".toml"):
        return _parse_pyproject(text)
    names: list[str] = []
    for line in text.splitlines():
        requirement = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if not requirement or requirement.startswith("--"):
            continue
        if requirement.startswith(("-", ".", "/")) or not (match := REQUIREMENT_PATTERN.match(requirement)):
            return None
        names += _names_with_extras(match)
    return names


def _parse_pyproject(text: str) -> list[str] | None:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    project = table.get("project", {})
    parts = [project.get("dependencies"), project.get("optional-dependencies"), table.get("dependency-groups")]
    lines = [*_collect_strings(parts), *_poetry_dependencies(table.get("tool", {}).get("poetry", {}))]
    return [name for line in lines if (match := REQUIREMENT_PATTERN.match(line)) for name in _names_with_extras(match)]


def _collect_strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [line for value in children for line in _collect_strings(value)]


def _poetry_dependencies(table: Any) -> list[str]:
    if not isinstance(table, dict):
        return []
    names = [
        name
        for key, value in table.items()
        if key.endswith("dependencies") and isinstance(value, dict)
        for name in value
    ]
    return names + [name for group in table.get("group", {}).values() for name in _poetry_dependencies(group)]


def _names_with_extras(match: re.Match[str]) -> Iterator[str]:
    name = _normalize_name(match["name"])
    yield name
    for extra in (match["extras"] or "").split(","):
        yield f"{name}[{extra.strip().lower()}]"


@cache
def _normalize_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _add_implied(names: Iterable[str]) -> set[str]:
    """The distributions and those that come along; what is made for Flask or Django brings it."""
    seen: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            queue += IMPLIED_PACKAGES.get(name, "").split()
            queue += [name.partition("-")[0]] if name.startswith(("flask-", "django-", "pytest-")) else []
            queue += ["django"] if name == "djangorestframework" else []
    return seen
