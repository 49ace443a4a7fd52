"""Each source file with logic has a test file of its name, in the same folder of ``tests``."""

import ast
from pathlib import Path

import pytest

from tests.test_imports import ROOT, place_of, sources, tree_of

MIN_LINES = 5
"""A function of more lines than this, without its docstring, is logic that wants a test."""

TESTED_AS_PACKAGES = {"api/__init__.py": "tests/api/test_isolation.py", "ui/__init__.py": "tests/ui/test_pages.py"}
"""What assembles a whole room is tested by what the room does."""

TESTED_IN_A_BROWSER = {
    "ui/layout.py": "tests/browser/test_main_job.py",
    "ui/pages/login.py": "tests/browser/test_login.py",
    "ui/pages/not_found.py": "tests/browser/test_not_found.py",
    "ui/pages/app.py": "tests/browser/app/test_sandbox.py",
    "ui/pages/project_picture.py": "tests/browser/app/test_picture.py",
    "ui/pages/projects.py": "tests/browser/test_starters.py",
    "ui/pages/studio.py": "tests/browser/test_studio.py",
    "ui/pages/studio_commands.py": "tests/browser/test_studio.py",
    "ui/pages/studio_palette.py": "tests/browser/test_commands.py",
    "ui/components/tab_list.py": "tests/browser/test_commands.py",
    "ui/components/commands/shortcuts.py": "tests/browser/test_commands.py",
    "ui/components/studio/refine_form.py": "tests/browser/test_studio.py",
    "ui/components/home/project_card.py": "tests/browser/test_login.py",
    "ui/components/home/project_dialog.py": "tests/browser/test_login.py",
    "ui/components/home/prompt_box.py": "tests/browser/test_starters.py",
    "ui/components/studio/phone_tabs.py": "tests/browser/test_studio.py",
    "ui/components/sidebar/sidebar.py": "tests/browser/test_studio.py",
    "ui/components/studio/side_panel.py": "tests/browser/test_studio.py",
    "ui/components/studio/upload_dialog.py": "tests/browser/test_uploads.py",
    "ui/components/versions/diff_view.py": "tests/browser/versions/test_compare_dialog.py",
    "ui/components/versions/version_actions.py": "tests/browser/versions/test_versions.py",
}
"""Pages, and components that only put others together: what they do is what a person sees."""

TESTED_BY_THEIR_PAGE = {
    **{
        f"ui/components/settings/{name}.py": "tests/ui/pages/test_settings.py"
        for name in ("account_deletion", "health", "installation", "key_list", "password_form", "people", "rows")
    },
    **{
        f"ui/components/models/{name}.py": "tests/ui/pages/test_models.py"
        for name in ("models_overview", "offered_models", "pull_row", "usable_models")
    },
    "ui/pages/missing_models.py": "tests/ui/pages/test_models.py",
    "ui/components/settings/session_list.py": "tests/ui/pages/test_settings.py",
    "ui/components/settings/theme_choice.py": "tests/ui/pages/test_settings.py",
    "ui/components/sharing/presence.py": "tests/ui/pages/test_shared.py",
    "ui/components/sharing/share_button.py": "tests/ui/pages/test_shared.py",
    "ui/components/sharing/shared_panel.py": "tests/ui/pages/test_shared.py",
    "ui/pages/shared_page.py": "tests/ui/pages/test_shared.py",
}
"""Parts of a page that read and show: what they do is what its simulated visitor finds."""

TESTED_OVER_HTTP = {
    "api/pull_stream.py": "tests/api/routes/test_models.py",
    "api/schemas/models.py": "tests/api/routes/test_models.py",
    "api/sse_response.py": "tests/api/test_event_stream.py",
    "core/engines/http/response_body.py": "tests/core/engines/http/test_client.py",
    "core/engines/ollama/library.py": "tests/api/routes/test_models.py",
    "core/engines/servers/ollama_group.py": "tests/core/engines/servers/test_server_group.py",
}
"""What is seen best from where it is asked."""

TESTED_AS_COMMANDS = {f"core/command_line/{name}.py": "tests/test_main.py" for name in ("generate", "output")}
"""What a person calls in a terminal is tested there."""

MARKDOWN = "core/files/markdown"
TESTED_BY_WHOLE_ANSWERS = {
    f"{MARKDOWN}/{name}.py": f"tests/{MARKDOWN}/test_cases.py"
    for name in (
        *(
            "block_events",
            "ended_block",
            "events",
            "names/file_names",
            "names/file_paths",
            "names/first_lines",
            "line_parser",
        ),
        *("marked_lines", "open_block", "turn_tokens", "names/unnamed_blocks"),
        *(f"blocks/{block}" for block in ("file_tags", "json_scanner", "long_strings")),
        "blocks/call_values",
    )
}
"""Parts of the Markdown parser: what one of them reads is known by the files of an answer, cut at every position."""

EXCEPTIONS = (
    TESTED_AS_PACKAGES
    | TESTED_IN_A_BROWSER
    | TESTED_BY_THEIR_PAGE
    | TESTED_AS_COMMANDS
    | TESTED_BY_WHOLE_ANSWERS
    | TESTED_OVER_HTTP
)


def mirror_of(path: Path) -> Path:
    place = path.relative_to(ROOT)
    return ROOT / "tests" / place.parent / f"test_{place.name}"


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its head and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def has_logic(path: Path) -> bool:
    functions = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(body_lines(function) > MIN_LINES for function in functions)


@pytest.mark.parametrize("path", sources(), ids=place_of)
def test_a_file_with_logic_has_a_test_file_of_its_name(path: Path) -> None:
    if has_logic(path) and place_of(path) not in EXCEPTIONS:
        assert mirror_of(path).exists(), f"write {place_of(mirror_of(path))}"


@pytest.mark.parametrize(("place", "test_place"), EXCEPTIONS.items(), ids=EXCEPTIONS)
def test_every_exception_is_needed_and_tested_elsewhere(place: str, test_place: str) -> None:
    assert has_logic(ROOT / place)
    assert not mirror_of(ROOT / place).exists()
    assert (ROOT / test_place).exists()


def test_files_with_logic_are_found() -> None:
    places = {place_of(path) for path in sources() if has_logic(path)}
    assert {"main.py", "core/runs/follow.py", "data/database.py", "api/server.py", "ui/elements.py"} <= places
    assert "core/errors.py" not in places
