"""The heart of a small back end that keeps books, by stack: small models copy well and conclude badly.

Books, because few apps keep them: shown notes, a model wrote notes where a guestbook was asked for.
"""

PATTERNS = {
    "fastapi": """\
import itertools
from collections import Counter

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, Field

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

class BookIn(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    year: int

class Book(BookIn):
    id: int

books: dict[int, Book] = {}
ids = itertools.count(1)

@app.post("/books", status_code=201)
def add_book(data: BookIn) -> Book:
    book = Book(id=next(ids), **data.model_dump())
    books[book.id] = book
    return book

@app.get("/books")
def list_books() -> list[Book]:
    return sorted(books.values(), key=lambda book: book.id, reverse=True)

@app.get("/books/by-year")
def count_by_year() -> dict[int, int]:
    return dict(Counter(book.year for book in books.values()))
""",
    "flask": """\
import itertools

from flask import Flask, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app)

books: dict[int, dict] = {}
ids = itertools.count(1)

@app.post("/books")
def add_book():
    data = request.get_json(silent=True) or {}
    if not data.get("title") or len(data["title"]) > 200:
        return jsonify(error="A title of 1 to 200 characters is needed"), 400
    book = {"id": next(ids), "title": data["title"], "year": data.get("year")}
    books[book["id"]] = book
    return jsonify(book), 201

@app.get("/books")
def list_books():
    return jsonify(sorted(books.values(), key=lambda book: book["id"], reverse=True))
""",
    "express": """\
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
""",
    "go": """\
type Book struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	Year  int    `json:"year"`
}

var (
	mu    sync.Mutex
	books []Book
)

func addBook(w http.ResponseWriter, r *http.Request) {
	var book Book
	if err := json.NewDecoder(r.Body).Decode(&book); err != nil || book.Title == "" {
		http.Error(w, "a title is needed", http.StatusBadRequest)
		return
	}
	mu.Lock()
	defer mu.Unlock()
	book.ID = len(books) + 1
	books = append(books, book)
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(book)
}

mux := http.NewServeMux()
mux.HandleFunc("POST /books", addBook)
mux.HandleFunc("GET /books", listBooks)
""",
}
"""By the id of the stack; the others do well without."""
