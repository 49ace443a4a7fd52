"""What the documents say of the code, held to the code: paths, levels, routes, fields, settings, the version."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from api import create_api
from api.routes import websockets
from api.routes.uploads import SkippedOut, UploadOut
from api.schemas.accounts import SessionOut, SignInOut, StreamTokenOut, UserOut
from api.schemas.administration import AccountOut, AuditEventOut, InstallationSettingsOut
from api.schemas.keys import ApiKeyOut
from api.schemas.models import CatalogModelOut, ModelOut
from api.schemas.projects import ProjectOut, StackOut
from api.schemas.runs import FileOut, ProblemOut, RunOut
from api.schemas.shares import SharedProjectOut, ShareOut
from api.schemas.trials import FindingOut, RouteOut, TrialOut
from core import errors
from core.errors import EngineError, LivewrightError
from core.settings import Settings
from core.studio import Studio
from tests.test_imports import LEVELS

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
CONTRACT = (ROOT / "docs" / "contract.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/architecture.md", "docs/contract.md")

PATH = re.compile(r"(?<![\w/.-])(?:core|api|ui|data|tests|docs|\.ci|\.github)/[\w./-]*\w|\bmain\.py\b")
"""A path of this repository; one of the API begins with a slash."""
LINK = re.compile(r"\]\(([^)#:]+)\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|WS) (/\S*)")
API_PATH = re.compile(r"/api(?:/[\w{}.-]+)*")
NUMBERED_ROW = re.compile(r"^\| \d+ \|.*$", re.MULTILINE)
PARAMETER = re.compile(r"\{[^}]*\}")
MAX_STEPS_OF_A_PIECE = 12
ANSWERS = (
    UserOut, SignInOut, StreamTokenOut, ProjectOut, StackOut, RunOut, FileOut, ProblemOut, ModelOut, CatalogModelOut,
    UploadOut, SkippedOut, TrialOut, RouteOut, FindingOut, SessionOut, ApiKeyOut, AccountOut, InstallationSettingsOut,
    AuditEventOut, ShareOut, SharedProjectOut,
)  # fmt: skip


def section(document: str, title: str) -> str:
    """The text below a heading, to the next one of the same level or of a higher one."""
    level, _, _ = title.partition(" ")
    _, heading, rest = document.partition(f"\n{title}\n")
    assert heading, f"there is no section {title}"
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def documented_routes() -> set[tuple[str, str]]:
    spans = [ROUTE.fullmatch(span) for span in CODE_SPAN.findall(CONTRACT)]
    return {(match[1], PARAMETER.sub("{}", match[2])) for match in spans if match}


def served_routes(studio: Studio) -> set[tuple[str, str]]:
    document = create_api(studio).openapi()
    http = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    sockets = {("WS", getattr(route, "path", "")) for route in websockets.router.routes}
    return {(method, PARAMETER.sub("{}", path)) for method, path in http | sockets}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_in_a_document_exists(name: str) -> None:
    paths = set(PATH.findall((ROOT / name).read_text("utf-8")))
    assert {path for path in paths if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(name: str) -> None:
    links = LINK.findall((ROOT / name).read_text("utf-8"))
    assert {link for link in links if not (ROOT / name).parent.joinpath(link).exists()} == set()


def test_one_piece_of_text_takes_few_steps_through_all_rooms() -> None:
    rows = NUMBERED_ROW.findall(section(ARCHITECTURE, "## The way of one piece of text"))
    paths = [path for row in rows for path in PATH.findall(row)]
    assert {Path(path).parts[0] for path in paths} == {"core", "data", "api", "ui", "main.py"}
    assert len(rows) <= MAX_STEPS_OF_A_PIECE
    assert len(paths) == len(set(paths))


def test_the_import_levels_are_those_that_are_held() -> None:
    _, block, _ = section(ARCHITECTURE, "### Import levels").split("```")
    assert tuple(tuple(line.split(", ")) for line in block.splitlines()[1:]) == LEVELS


def test_the_contract_has_every_route_and_no_other(closed_studio: Studio) -> None:
    assert documented_routes() == served_routes(closed_studio)


def test_the_contract_mentions_no_address_of_the_api_that_is_not_served(closed_studio: Studio) -> None:
    served = {path for _, path in served_routes(closed_studio)}
    assert {path for path in API_PATH.findall(CONTRACT) if PARAMETER.sub("{}", path) not in served} == set()


@pytest.mark.parametrize("schema", ANSWERS)
def test_the_contract_has_each_answer_with_all_its_fields(schema: type[BaseModel]) -> None:
    shapes = [set(re.findall(r'"(\w+)"', shape)) for shape in re.findall(r"`(\[?\{[^`]+)`", CONTRACT)]
    assert any(schema.model_fields.keys() <= fields for fields in shapes)


def test_the_contract_has_every_error_code_of_a_request() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LivewrightError)}
    codes = {kind.code for kind in kinds - {errors.ConfigurationError, EngineError}}
    assert {code for code in codes if f"`{code}`" not in section(CONTRACT, "## Errors")} == set()


@pytest.mark.parametrize("document", [README, CONTRACT], ids=["README", "contract"])
def test_the_tables_of_settings_have_every_variable_and_no_other(document: str) -> None:
    variables = set(re.findall(r"`((?:LIVEWRIGHT|OLLAMA)_\w+)`", section(document, "## Settings")))
    assert variables == {variable_of(name) for name in Settings.model_fields}


def variable_of(field: str) -> str:
    return field.upper() if field in {"ollama_host", "ollama_api_key"} else f"LIVEWRIGHT_{field.rstrip('_').upper()}"


def test_the_version_is_the_same_in_both_places(closed_studio: Studio) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert create_api(closed_studio).version == project["version"]
