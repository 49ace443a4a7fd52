"""Commands that write files."""

import pytest

from core.files.answer import parse_files
from core.files.markdown.blocks.heredoc import parse_heredoc
from tests.support.answers import assert_cuts_make_no_difference


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("cat > $HOME/app.py <<EOF", "app.py"),
        ('cat > "${APP_DIR}/src/app.py" <<EOF', "src/app.py"),
        ("cat > \"$DIR\"/app.py << 'EOF'", "app.py"),
        ("tee $PWD/$NAME/app.py <<EOF", "app.py"),
        ("cat > 'src/my file.py' <<EOF", "src/my file.py"),
        ("cat <<EOF > bin/run", "bin/run"),
        ("cat > Dockerfile <<EOF", "Dockerfile"),
    ],
)
def test_a_command_names_its_file(command: str, path: str) -> None:
    heredoc = parse_heredoc(f"{command}\n")
    assert heredoc is not None
    assert heredoc.path == path


@pytest.mark.parametrize("command", ["cat <<EOF", "cat > /dev/null <<EOF", "cat > $FILE <<EOF", "psql <<EOF"])
def test_other_commands_write_no_file(command: str) -> None:
    assert parse_heredoc(f"{command}\n") is None


@pytest.mark.parametrize("indent", ["   ", "    ", "\t"])
def test_a_command_in_an_indented_fence_ends_with_its_word(indent: str) -> None:
    lines = ["```bash", "cat > a.py <<EOF", "if x:", "    y", "EOF", "cat > b.py <<'E'", "z", "E", "python a.py", "```"]
    answer = "1. Do\n\n" + "".join(f"{indent}{line}\n" for line in lines) + "\nDone.\n"
    assert [(file.path, file.text, file.is_complete) for file in parse_files(answer, "main.py")] == [
        ("a.py", "if x:\n    y\n", True),
        ("b.py", "z\n", True),
    ]
    assert_cuts_make_no_difference(answer)
