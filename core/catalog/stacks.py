"""The stacks to choose from, as data: a new language or framework is one more entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidInput


class Side(StrEnum):
    """The two halves of a project."""

    BACKEND = "backend"
    FRONTEND = "frontend"


class Topic(StrEnum):
    """What a default of a stack is about, and what a requirement may decide otherwise."""

    STORAGE = "where the data is kept"
    IDS = "what names a thing"
    PACKAGES = "which packages are used"


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """What a model is told only where the requirement does not speak of its topic."""

    topic: Topic
    rule: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A language with a framework. ``id`` is what the API and the database store.

    ``default_path`` is the file that an answer without any path becomes, ``guidance`` goes into the prompt, followed
    by those of ``defaults`` that the requirement leaves open.
    ``start`` is one or two shell lines that start the finished project, ``local_url`` its address then.
    """

    id: str
    side: Side
    label: str
    short_label: str
    language: str
    framework: str
    default_path: str
    guidance: str
    start: str
    local_url: str
    defaults: tuple[DefaultRule, ...] = ()


COUNTING_IDS = DefaultRule(Topic.IDS, "Give each thing a counting integer id.")

STACKS: tuple[Stack, ...] = (
    Stack(
        id="fastapi",
        side=Side.BACKEND,
        label="Python · FastAPI",
        short_label="FastAPI",
        language="Python",
        framework="FastAPI",
        default_path="main.py",
        guidance="Write main.py with every route, then requirements.txt with fastapi and uvicorn. Use Pydantic v2 "
        "models for request bodies and answers; an answer has the id. Declare fixed paths before those with "
        "parameters, and allow CORS from every origin with CORSMiddleware.",
        start="pip install -r requirements.txt\nuvicorn main:app --reload",
        local_url="http://127.0.0.1:8000",
        defaults=(
            DefaultRule(Topic.STORAGE, "Keep the data in memory, in a dict."),
            COUNTING_IDS,
        ),
    ),
    Stack(
        id="flask",
        side=Side.BACKEND,
        label="Python · Flask",
        short_label="Flask",
        language="Python",
        framework="Flask",
        default_path="app.py",
        guidance="Write app.py with every route, then requirements.txt with every package you import (flask, "
        "flask-cors). Use Flask 3, answer with JSON and call CORS(app).",
        start="pip install -r requirements.txt\nflask --app app run",
        local_url="http://127.0.0.1:5000",
        defaults=(
            DefaultRule(Topic.STORAGE, "Keep the data in memory, in a dict."),
            COUNTING_IDS,
        ),
    ),
    Stack(
        id="express",
        side=Side.BACKEND,
        label="TypeScript · Express",
        short_label="Express",
        language="TypeScript",
        framework="Express",
        default_path="src/index.ts",
        guidance='Write src/index.ts with every route, then tsconfig.json, then package.json with "type": "module", '
        "the start script `tsx src/index.ts` and every package you import among the dependencies (express, "
        "cors, tsx). Use import, express.json() and cors(); type every request body.",
        start="npm install\nnpm start",
        local_url="http://127.0.0.1:3000",
        defaults=(
            DefaultRule(Topic.STORAGE, "Keep the data in memory, in a Map."),
            COUNTING_IDS,
        ),
    ),
    Stack(
        id="spring",
        side=Side.BACKEND,
        label="Java · Spring Boot",
        short_label="Spring Boot",
        language="Java",
        framework="Spring Boot",
        default_path="src/main/java/com/example/app/Application.java",
        guidance="Use Java 17 and Spring Boot 3 (package jakarta, not javax), all classes in package "
        "com.example.app, each file with all its imports. Write Application.java with the main method, the "
        "model, one @RestController with @CrossOrigin, then pom.xml with spring-boot-starter-parent and "
        "spring-boot-starter-web.",
        start="mvn spring-boot:run",
        local_url="http://127.0.0.1:8080",
        defaults=(DefaultRule(Topic.STORAGE, "Keep the data in memory, in a ConcurrentHashMap."),),
    ),
    Stack(
        id="go",
        side=Side.BACKEND,
        label="Go · net/http",
        short_label="Go",
        language="Go",
        framework="net/http",
        default_path="main.go",
        guidance="Write main.go with every route, then go.mod. Use Go 1.22 and a ServeMux with patterns such "
        'as "GET /items/{id}", each registered once, JSON in and out, a mutex around the data, and the header '
        '"Access-Control-Allow-Origin: *" on every answer.',
        start="go run .",
        local_url="http://127.0.0.1:8080",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Use the standard library alone."),
            DefaultRule(Topic.STORAGE, "Keep the data in memory."),
        ),
    ),
    Stack(
        id="html",
        side=Side.FRONTEND,
        label="HTML · CSS · JavaScript",
        short_label="HTML",
        language="HTML",
        framework="plain HTML, CSS and JavaScript",
        default_path="index.html",
        guidance="Write index.html, styles.css and script.js, side by side, which run in a browser as they are, "
        "without a build. Draw the data when the page loads and after each change, and put text into the page "
        "by textContent.",
        start="python3 -m http.server 5173",
        local_url="http://127.0.0.1:5173",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Use no library, and nothing from a CDN."),
            DefaultRule(Topic.STORAGE, "Keep the data in localStorage."),
        ),
    ),
    Stack(
        id="react",
        side=Side.FRONTEND,
        label="TypeScript · React",
        short_label="React",
        language="TypeScript",
        framework="React",
        default_path="src/App.tsx",
        guidance="Use React 18 function components and Vite. Write src/App.tsx with all components and src/App.css "
        "first.",
        start="npm install\nnpm run dev",
        local_url="http://127.0.0.1:5173",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Import no package but react."),
            DefaultRule(Topic.STORAGE, "Keep the data in state and localStorage."),
        ),
    ),
    Stack(
        id="vue",
        side=Side.FRONTEND,
        label="TypeScript · Vue",
        short_label="Vue",
        language="TypeScript",
        framework="Vue",
        default_path="src/App.vue",
        guidance='Use Vue 3 with <script setup lang="ts"> and Vite. Write src/App.vue first, with everything in it.',
        start="npm install\nnpm run dev",
        local_url="http://127.0.0.1:5173",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Import no package but vue."),
            DefaultRule(Topic.STORAGE, "Keep the data in refs and localStorage."),
        ),
    ),
    Stack(
        id="angular",
        side=Side.FRONTEND,
        label="TypeScript · Angular",
        short_label="Angular",
        language="TypeScript",
        framework="Angular",
        default_path="src/app/app.component.ts",
        guidance="Use Angular 17 with one standalone component and no module. Write src/app/app.component.ts "
        "(standalone: true, imports: [CommonModule, FormsModule], templateUrl, styleUrl), "
        "src/app/app.component.html and src/app/app.component.css first.",
        start="npm install\nnpx ng serve",
        local_url="http://127.0.0.1:4200",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Import no package but those of Angular."),
            DefaultRule(Topic.STORAGE, "Keep the data in fields and localStorage."),
        ),
    ),
    Stack(
        id="svelte",
        side=Side.FRONTEND,
        label="TypeScript · Svelte",
        short_label="Svelte",
        language="TypeScript",
        framework="Svelte",
        default_path="src/App.svelte",
        guidance='Use Svelte 5 with <script lang="ts"> and Vite. Write src/App.svelte first, with everything in it.',
        start="npm install\nnpm run dev",
        local_url="http://127.0.0.1:5173",
        defaults=(
            DefaultRule(Topic.PACKAGES, "Import no package but svelte."),
            DefaultRule(Topic.STORAGE, "Keep the data in $state and localStorage."),
        ),
    ),
)

DEFAULT_STACK_IDS: Mapping[Side, str] = {Side.BACKEND: "fastapi", Side.FRONTEND: "html"}


def find_stack(id: str, side: Side) -> Stack:  # noqa: A002  the catalogue's own word for its key
    """The stack of that id on that side; raises InvalidInput naming the ids to choose from."""
    for entry in STACKS:
        if entry.id == id and entry.side is side:
            return entry
    choices = ", ".join(entry.id for entry in STACKS if entry.side is side)
    raise InvalidInput.for_field("stack", f"No such {side} stack; choose one of {choices}.")
