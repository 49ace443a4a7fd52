"""What a front end is told of a back end: routes and types, and nothing of what is behind them."""

import pytest

from core.files.source_file import SourceFile
from core.prompts.api_summary import summarize_api

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
    told = summarize_api([SourceFile(path, "x", text)], ADDRESS, 4000)
    assert ADDRESS in told
    assert all(part in told for part in there)
    assert not any(part in told for part in gone)


def test_files_without_a_route_have_nothing_to_tell() -> None:
    assert summarize_api([SourceFile("style.css", "css", "a { color: red }")], ADDRESS, 4000) == ""


def test_it_is_cut_at_a_line() -> None:
    routes = "".join(f'@app.get("/{number:04}")\n' for number in range(1000))
    told = summarize_api([SourceFile("main.py", "python", routes)], ADDRESS, 500)
    assert len(told) <= 520
    assert told.endswith('")\n```')
