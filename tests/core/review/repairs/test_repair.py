"""All repairs together: what a model wrote starts, and what nobody may change stays."""

import json

from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText
from core.review.checking.project_files import ReviewContext
from core.review.repairs.adjustment import AdjustmentKind
from core.review.review_files import review
from tests.support.repairs import files_of, reviewed_texts

FORGETFUL = """from fastapi import FastAPI

app = FastAPI()
items: Dict[str, str] = {}


@app.post("/items", status_code=201)
def add(text: Optional[str] = Form(...)):
    if not text:
        raise HTTPException(status_code=400, detail="empty")
    items[str(uuid.uuid4())] = text
    return HTMLResponse("<p>ok</p>")
"""


async def test_a_forgetful_back_end_gets_all_that_it_lacks() -> None:
    served = await reviewed_texts({"main.py": FORGETFUL}, "fastapi")
    main = served["main.py"]
    for line in (
        "import uuid",
        "from typing import Dict",
        "from typing import Optional",
        "from fastapi import Form",
        "from fastapi import HTTPException",
        "from fastapi.responses import HTMLResponse",
    ):
        assert f"{line}\n" in main
    assert served.keys() == {"main.py"}
    compile(main, "main.py", "exec")


async def test_names_are_found_once_a_bracket_is_closed() -> None:
    served = await reviewed_texts(
        {"app.py": "from flask import Flask\n\napp = Flask(__name__)\nprint(jsonify({})\n"}, "flask"
    )
    assert "print(jsonify({}))\n" in served["app.py"]
    assert "from flask import jsonify\n" in served["app.py"]


async def test_a_component_is_put_right_with_its_packages_and_no_file_is_added() -> None:
    body = "const [a] = useState(axios);\n  return <p>{String(a)}</p>;"
    app = f'import axios from "axios";\n\nfunction App() {{\n  {body}\n}}\n'
    texts = {
        "src/App.tsx": app,
        "src/main.tsx": 'import { createRoot } from "react-dom/client";\nimport App from "./App";\n\n'
        "createRoot(document.body).render(<App />);\n",
        "package.json": '{"dependencies": {"react": "^18.3.0", "react-dom": "^18.3.0"}}',
    }
    reviewed = await review(files_of(texts), ReviewContext(stack="react"))
    by_path = {file.source.path: file for file in reviewed}
    assert by_path.keys() == texts.keys()
    assert json.loads(by_path["package.json"].served.text)["dependencies"].keys() == {"react", "react-dom", "axios"}
    component = by_path["src/App.tsx"]
    assert 'import { useState } from "react";' in component.served.text
    assert "export default App;" in component.served.text
    assert (component.source.text, component.as_written().served.text) == (app, app)
    assert not any(file.problems for file in reviewed)


async def test_a_persons_files_stay_as_they_are() -> None:
    own = SourceFile("main.py", "python", FORGETFUL, original=EncodedText(FORGETFUL.encode()))
    [file] = await review([own], ReviewContext(stack="fastapi"))
    assert (file.adjustments, file.served.encoded.content) == ((), FORGETFUL.encode())


async def test_a_cut_file_stays_as_it_is() -> None:
    cut = SourceFile("main.py", "python", f"{FORGETFUL}x = [1,\n", is_complete=False)
    [file] = await review([cut], ReviewContext(stack="fastapi"))
    assert file.adjustments == ()


async def test_repairs_repeat_nothing() -> None:
    first = await reviewed_texts({"main.py": FORGETFUL}, "fastapi")
    assert await reviewed_texts(first, "fastapi") == first


async def test_each_file_tells_what_was_put_right_in_it() -> None:
    texts = {"main.py": FORGETFUL, "requirements.txt": "fastapi\n", "README.md": "An app\n"}
    reviewed = await review(files_of(texts), ReviewContext(stack="fastapi"))
    kinds = {file.source.path: {each.kind for each in file.adjustments} for file in reviewed}
    assert kinds == {
        "main.py": {AdjustmentKind.IMPORT},
        "requirements.txt": {AdjustmentKind.DEPENDENCY},
        "README.md": set(),
    }
