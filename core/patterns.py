"""How a stack's code is best written, shown at notes: small models copy well and conclude badly."""

PATTERNS = {
    "fastapi": """\
class NoteIn(BaseModel):
    text: str = Field(min_length=1, max_length=200)

class Note(NoteIn):
    id: int

notes: dict[int, Note] = {}
ids = itertools.count(1)

@app.post("/notes", status_code=201)
def add_note(data: NoteIn) -> Note:
    note = Note(id=next(ids), **data.model_dump())
    notes[note.id] = note
    return note

@app.delete("/notes/{note_id}", status_code=204)
def delete_note(note_id: int) -> None:
    if notes.pop(note_id, None) is None:
        raise HTTPException(404, "No such note")
""",
    "flask": """\
notes: dict[int, dict] = {}
ids = itertools.count(1)

@app.post("/notes")
def add_note():
    data = request.get_json(silent=True) or {}
    if not data.get("text"):
        return jsonify(error="text is missing"), 400
    note = {"id": next(ids), "text": data["text"]}
    notes[note["id"]] = note
    return jsonify(note), 201
""",
    "express": """\
interface Note { id: number; text: string }
const notes = new Map<number, Note>();
let nextId = 1;

app.post("/notes", (req: Request<unknown, unknown, { text?: string }>, res: Response) => {
  if (!req.body.text) return res.status(400).json({ error: "text is missing" });
  const note = { id: nextId++, text: req.body.text };
  notes.set(note.id, note);
  return res.status(201).json(note);
});
""",
    "go": """\
var (
	mu     sync.Mutex
	notes  = map[int]Note{}
	nextID = 1
)

func addNote(w http.ResponseWriter, r *http.Request) {
	var note Note
	if err := json.NewDecoder(r.Body).Decode(&note); err != nil || note.Text == "" {
		http.Error(w, "text is missing", http.StatusBadRequest)
		return
	}
	mu.Lock()
	defer mu.Unlock()
	note.ID = nextID
	nextID++
	notes[note.ID] = note
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(note)
}

mux.HandleFunc("POST /notes", addNote)
""",
}
"""By the id of the stack; the others do well without."""
