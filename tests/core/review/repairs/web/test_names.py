"""Names of React, Vue and Svelte."""

import pytest

from core.review.repairs.web.names import add_missing_imports, correct_modules
from tests.support.repairs import repaired


@pytest.mark.parametrize(
    ("stack", "path", "text", "line"),
    [
        ("react", "src/App.tsx", "const [a, b] = useState<number>(0);\n", 'import { useState } from "react";\n'),
        ("react", "src/App.jsx", "const a = () => <Fragment><p/></Fragment>;\n", 'import { Fragment } from "react";\n'),
        ("react", "src/x.ts", "React.useEffect(() => {}, []);\n", 'import React from "react";\n'),
        (
            "react",
            "src/main.jsx",
            "createRoot(x).render(<App />);\n",
            'import { createRoot } from "react-dom/client";\n',
        ),
        (
            "svelte",
            "src/App.svelte",
            "<script>\nonMount(() => {});\n</script>\n",
            'import { onMount } from "svelte";\n',
        ),
        ("vue", "src/App.vue", "<script setup>\nconst a = ref(0);\n</script>\n", 'import { ref } from "vue";\n'),
    ],
)
def test_a_name_of_the_stack_gets_its_import(stack: str, path: str, text: str, line: str) -> None:
    changed = repaired(add_missing_imports, {path: text}, stack=stack)[path]
    assert changed.replace(line, "", 1) == text


@pytest.mark.parametrize(
    ("stack", "text"),
    [
        ("react", 'import { useState } from "./mine";\nuseState();\n'),
        ("react", "function useState() {}\nuseState();\n"),
        ("react", "const f = ({ useState }) => useState();\n"),
        ("react", "const f = (useState) => useState();\n"),
        ("react", "const { useState } = React2;\nuseState();\n"),
        ("react", "store.useState();\n"),
        ("html", "useState();\n"),
        ("vue", "defineProps();\n"),
        ("vue", "render();\n"),
        ("react", "cache();\n"),
        ("svelte", "init();\nget();\ncreateClassComponent();\n"),
    ],
)
def test_what_is_defined_or_general_or_of_another_stack_stays(stack: str, text: str) -> None:
    assert repaired(add_missing_imports, {"src/a.jsx": text}, stack=stack) == {}


def test_a_name_is_taken_from_the_module_that_has_it() -> None:
    text = 'import ReactDOM, { createRoot, useState as s } from "react-dom";\ncreateRoot(x);\n'
    changed = repaired(correct_modules, {"src/main.jsx": text}, stack="react")["src/main.jsx"]
    assert changed == (
        'import ReactDOM from "react-dom";\nimport { createRoot } from "react-dom/client";\n'
        'import { useState as s } from "react";\ncreateRoot(x);\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        'import { FC, useState } from "react";\n',
        'import type { createRoot } from "react-dom";\n',
        'import { createRoot } from "./react-dom";\n',
        'import * as React from "react";\n',
    ],
)
def test_what_is_right_or_a_type_stays(text: str) -> None:
    assert repaired(correct_modules, {"src/a.tsx": text}, stack="react") == {}
