"""Few-shot examples by stack: a request for an app, and its ideal answer. Small models follow an example, not a rule.

The app keeps books, because few apps do: with an example about notes, a model wrote notes when asked for a guestbook.
"""

EXAMPLE_REQUIREMENTS = (
    "A list of books. A book has a title of 1 to 200 characters and a year; both are required. Show all books, the "
    "newest first, and how many there are of each year."
)

EXAMPLE_ANSWERS = {
    "fastapi": """\
### FILE: main.py
```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, Field

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

class Book(BaseModel):
    id: int | None = None
    title: str = Field(min_length=1, max_length=200)
    year: int

books: dict[int, Book] = {}

@app.post("/books", status_code=201)
def add_book(book: Book) -> Book:
    book.id = max(books, default=0) + 1
    books[book.id] = book
    return book

@app.get("/books")
def list_books() -> list[Book]:
    return sorted(books.values(), key=lambda book: book.id, reverse=True)

@app.get("/books/by-year")
def count_by_year() -> dict[int, int]:
    counts: dict[int, int] = {}
    for book in books.values():
        counts[book.year] = counts.get(book.year, 0) + 1
    return counts
```

### FILE: requirements.txt
```
fastapi
uvicorn
```
""",
    "flask": """\
### FILE: app.py
```python
from flask import Flask, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app)

books: dict[int, dict] = {}

@app.post("/books")
def add_book():
    data = request.get_json(silent=True) or {}
    if not data.get("title") or len(data["title"]) > 200:
        return jsonify(error="A title of 1 to 200 characters is needed"), 400
    book = {"id": max(books, default=0) + 1, "title": data["title"], "year": data.get("year")}
    books[book["id"]] = book
    return jsonify(book), 201

@app.get("/books")
def list_books():
    return jsonify(sorted(books.values(), key=lambda book: book["id"], reverse=True))
```

### FILE: requirements.txt
```
flask
flask-cors
```
""",
    "express": """\
### FILE: src/index.ts
```typescript
import cors from "cors";
import express, { Request, Response } from "express";

const app = express();
app.use(cors(), express.json());

interface Book { id: number; title: string; year: number }
const books = new Map<number, Book>();
let nextId = 1;

app.post("/books", (req: Request, res: Response) => {
  const { title, year } = req.body as Partial<Book>;
  if (!title || title.length > 200 || typeof year !== "number") {
    return res.status(400).json({ error: "A title of 1 to 200 characters and a year are needed" });
  }
  const book: Book = { id: nextId++, title, year };
  books.set(book.id, book);
  return res.status(201).json(book);
});

app.get("/books", (_req: Request, res: Response) => {
  res.json([...books.values()].reverse());
});

app.listen(3000, () => console.log("http://127.0.0.1:3000"));
```

### FILE: tsconfig.json
```json
{
  "compilerOptions": {
    "target": "ES2022", "module": "ESNext", "moduleResolution": "bundler", "strict": true, "skipLibCheck": true
  }
}
```

### FILE: package.json
```json
{
  "type": "module",
  "scripts": { "start": "tsx src/index.ts" },
  "dependencies": { "cors": "^2.8.5", "express": "^4.21.0", "tsx": "^4.19.0" },
  "devDependencies": { "@types/cors": "^2.8.17", "@types/express": "^4.17.21", "@types/node": "^22.0.0" }
}
```
""",
    "go": """\
### FILE: main.go
```go
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"sync"
)

type Book struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	Year  int    `json:"year"`
}

var (
	mu    sync.Mutex
	books = []Book{}
)

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func addBook(w http.ResponseWriter, r *http.Request) {
	var book Book
	if err := json.NewDecoder(r.Body).Decode(&book); err != nil || book.Title == "" || len(book.Title) > 200 {
		answer(w, http.StatusBadRequest, map[string]string{"error": "a title of 1 to 200 characters is needed"})
		return
	}
	mu.Lock()
	defer mu.Unlock()
	book.ID = len(books) + 1
	books = append([]Book{book}, books...)
	answer(w, http.StatusCreated, book)
}

func listBooks(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	answer(w, http.StatusOK, books)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /books", addBook)
	mux.HandleFunc("GET /books", listBooks)
	log.Fatal(http.ListenAndServe(":8080", mux))
}
```

### FILE: go.mod
```
module app

go 1.22
```
""",
}
"""By the id of the stack; the others do well without."""
