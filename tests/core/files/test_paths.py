import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.files.paths import MAX_PATH_LENGTH, UniquePaths, safe_path


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("main.py", "main.py"),
        ("src/app/[id].ts", "src/app/[id].ts"),
        ("./src//./a.py", "src/a.py"),
        ("src\\app\\a.ts", "src/app/a.ts"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\work\\a.py", "work/a.py"),
        ("\\\\server\\share\\a.py", "server/share/a.py"),
        ("~/a.py", "a.py"),
        ("src/../a.py", "a.py"),
        ("a:b?.py", "a_b_.py"),
        ("con.py", "con_.py"),
        ("src/NUL", "src/NUL_"),
        ("LPT1.tar.gz", "LPT1_.tar.gz"),
        ("console.py", "console.py"),
        ("a. /b.", "a/b"),
        ("e\u0301.py", "\u00e9.py"),
        (".env", ".env"),
        (" a b.py ", "a b.py"),
    ],
)
def test_a_path_with_a_harmless_reading_gets_it(raw: str, safe: str) -> None:
    assert safe_path(raw) == safe


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ("./", "empty"),
        ("/", "empty"),
        ("src/", "folder"),
        ("../a.py", "leads out"),
        ("src/../../a.py", "leads out"),
        ("C:\\..\\a.py", "leads out"),
        ("a\x00.py", "control"),
        ("a\nb.py", "control"),
        ("a\u202egpj.exe", "control"),
        ("a" * 101, "longer than 100"),
        ("a/" * 120 + "b.py", "longer than 240"),
        (".git/hooks/post-checkout", "Git"),
        ("src/.GIT./config", "Git"),
    ],
)
def test_a_path_without_one_is_refused_with_the_reason(raw: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        safe_path(raw)
    assert caught.value.errors[0].field == "path"


@example("~ /a")
@given(st.text(alphabet='ab./\\~: C*"ä', max_size=60))
def test_what_comes_out_stays_inside_and_stays_itself(raw: str) -> None:
    try:
        path = safe_path(raw)
    except InvalidInput:
        return
    names = path.split("/")
    assert not set(names) & {"", ".", ".."}
    assert len(path) <= MAX_PATH_LENGTH
    assert safe_path(path) == path


def test_the_same_path_keeps_its_name() -> None:
    names = UniquePaths()
    assert [names.claim(path) for path in ("a.py", "A.py", "a.py", "A.py")] == ["a.py", "A-2.py", "a.py", "A-2.py"]


def test_a_number_goes_before_the_extension_and_past_taken_ones() -> None:
    names = UniquePaths()
    assert [names.claim(path) for path in ("src/a.py", "src/A-2.py", "src/A.py")][-1] == "src/A-3.py"


def test_a_file_and_a_folder_cannot_share_a_name() -> None:
    names = UniquePaths()
    assert [names.claim(path) for path in ("src", "src/a.py")] == ["src", "src-2/a.py"]
