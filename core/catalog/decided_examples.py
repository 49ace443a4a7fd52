"""Example answers for requirements that decide what a stack's usual example does otherwise: a small model copies that.

Asked for UUIDs, a model declared them and then counted, as the example did.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidedExample:
    """``wish`` is what the example's requirement says beside the usual, ``words`` a pattern that finds it in others."""

    words: str
    wish: str
    answers: Mapping[str, str]


_FASTAPI_UUID = """\
### FILE: main.py
```python
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, Field

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

class NewBook(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    year: int

class Book(NewBook):
    id: str

books: dict[str, Book] = {}

@app.post("/books", status_code=201)
def add_book(new: NewBook) -> Book:
    book = Book(id=str(uuid4()), title=new.title, year=new.year)
    books[book.id] = book
    return book

@app.get("/books")
def list_books() -> list[Book]:
    return list(reversed(books.values()))

@app.get("/books/by-year")
def count_by_year() -> dict[int, int]:
    counts: dict[int, int] = {}
    for book in books.values():
        counts[book.year] = counts.get(book.year, 0) + 1
    return counts

@app.get("/books/{id}")
def get_book(id: str) -> Book:
    if id not in books:
        raise HTTPException(404, "No such book")
    return books[id]
```

### FILE: requirements.txt
```
fastapi
uvicorn
```
"""
_FASTAPI_SQLITE = """\
### FILE: main.py
```python
import sqlite3

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, Field

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

class NewBook(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    year: int

class Book(NewBook):
    id: int

def connect() -> sqlite3.Connection:
    connection = sqlite3.connect("books.db")
    connection.row_factory = sqlite3.Row
    return connection

with connect() as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS books (id INTEGER PRIMARY KEY, title TEXT, year INTEGER)")

@app.post("/books", status_code=201)
def add_book(new: NewBook) -> Book:
    with connect() as connection:
        cursor = connection.execute("INSERT INTO books (title, year) VALUES (?, ?)", (new.title, new.year))
    return Book(id=cursor.lastrowid, title=new.title, year=new.year)

@app.get("/books")
def list_books() -> list[Book]:
    with connect() as connection:
        rows = connection.execute("SELECT * FROM books ORDER BY id DESC").fetchall()
    return [Book(**row) for row in rows]

@app.get("/books/by-year")
def count_by_year() -> dict[int, int]:
    with connect() as connection:
        rows = connection.execute("SELECT year, count(*) FROM books GROUP BY year").fetchall()
    return {year: count for year, count in rows}

@app.get("/books/{id}")
def get_book(id: int) -> Book:
    with connect() as connection:
        row = connection.execute("SELECT * FROM books WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise HTTPException(404, "No such book")
    return Book(**row)
```

### FILE: requirements.txt
```
fastapi
uvicorn
```
"""
_FLASK_UUID = """\
### FILE: app.py
```python
from uuid import uuid4

from flask import Flask, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app)

books: dict[str, dict] = {}

@app.post("/books")
def add_book():
    data = request.get_json(silent=True) or {}
    if not data.get("title") or len(data["title"]) > 200:
        return jsonify(error="A title of 1 to 200 characters is needed"), 400
    book = {"id": str(uuid4()), "title": data["title"], "year": data.get("year")}
    books[book["id"]] = book
    return jsonify(book), 201

@app.get("/books")
def list_books():
    return jsonify(list(reversed(books.values())))

@app.get("/books/<id>")
def get_book(id):
    if id not in books:
        return jsonify(error="No such book"), 404
    return jsonify(books[id])
```

### FILE: requirements.txt
```
flask
flask-cors
```
"""

DECIDED_EXAMPLES = (
    DecidedExample(
        r"\bsqlite",
        "Keep them in SQLite. Show one book by its id, too.",
        {"fastapi": _FASTAPI_SQLITE},
    ),
    DecidedExample(
        r"\b[ug]uids?\b",
        "The id of a book is a UUID. Show one book by its id, too.",
        {"fastapi": _FASTAPI_UUID, "flask": _FLASK_UUID},
    ),
)
"""The first one that a requirement decides, and that the stack has, takes the place of the usual example."""
