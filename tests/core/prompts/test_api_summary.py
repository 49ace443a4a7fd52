"""What a front end is told of a back end: routes and types, and nothing of what is behind them."""

import pytest

from core.files.source_file import SourceFile
from core.prompts.api_summary import MAX_SUMMARIZED_FILE_LENGTH, MAX_TYPE_LINES, summarize_api

ADDRESS = "http://127.0.0.1:8000"

PYTHON = """from pydantic import BaseModel

SECRET = "not for others"


class Note(BaseModel):
    id: int
    text: str


@app.get("/notes/{note_id}")
async def note(note_id: int) -> Note:
    return NOTES[note_id]
"""
TYPESCRIPT = """interface Note {
  id: number;
}

app.post('/notes', (req, res) => {
  res.status(201).json(save(req.body));
});
"""
JAVA = """@RestController
public class Notes {
    @GetMapping("/notes")
    public List<Note> all() {
        return repository.findAll();
    }
}
"""
GO = """type Note struct {
	ID int `json:"id"`
}

func main() {
	mux.HandleFunc("GET /notes/{id}", show)
}
"""


@pytest.mark.parametrize(
    ("path", "text", "there", "gone"),
    [
        ("main.py", PYTHON, ['@app.get("/notes/{note_id}")', "note_id: int", "text: str"], ["SECRET", "NOTES["]),
        ("src/index.ts", TYPESCRIPT, ["app.post('/notes'", "id: number;"], ["save("]),
        ("Notes.java", JAVA, ['@GetMapping("/notes")', "public List<Note> all()"], ["findAll"]),
        ("main.go", GO, ['mux.HandleFunc("GET /notes/{id}"', "ID int"], []),
    ],
)
def test_routes_and_types_are_told(path: str, text: str, there: list[str], gone: list[str]) -> None:
    summary = summarize_api([SourceFile(path, "x", text)], ADDRESS, 4000)
    assert ADDRESS in summary
    assert all(part in summary for part in there)
    assert not any(part in summary for part in gone)


def test_files_without_a_route_have_nothing_to_tell() -> None:
    assert summarize_api([SourceFile("style.css", "css", "a { color: red }")], ADDRESS, 4000) == ""


def test_it_is_cut_at_a_line() -> None:
    routes = "".join(f'@app.get("/{number:04}")\n' for number in range(1000))
    summary = summarize_api([SourceFile("main.py", "python", routes)], ADDRESS, 500)
    assert len(summary) <= 520
    assert summary.endswith('")\n```')


def test_a_type_without_an_end_is_told_for_so_many_lines() -> None:
    fields = "".join(f"  field{number}: number;\n" for number in range(2 * MAX_TYPE_LINES))
    summary = summarize_api([SourceFile("a.ts", "x", f"app.get('/a')\ninterface Endless {{\n{fields}")], ADDRESS, 4000)
    assert f"field{MAX_TYPE_LINES - 2}:" in summary
    assert f"field{MAX_TYPE_LINES - 1}:" not in summary


def test_a_file_that_is_too_long_is_not_searched() -> None:
    route = '@app.get("/notes")\n'
    assert (
        summarize_api([SourceFile("main.py", "python", route + "#" * MAX_SUMMARIZED_FILE_LENGTH)], ADDRESS, 4000) == ""
    )
