"""Which of the runtime's copies stands for an address of another host: by the scripts that a browser runs, in Deno."""

import json
import subprocess
from pathlib import Path

import pytest

from core.subprocesses import find_program

ROOT = Path(__file__).parents[4]
SCRIPT = f"""
import {{ findCopy }} from "{(ROOT / "core/runtime/linker/copies.js").as_uri()}";
import {{ modernizeTailwind }} from "{(ROOT / "core/runtime/linker/styles.js").as_uri()}";
import {{ CDN, CDN_NAMES, CDN_URLS }} from "{(ROOT / "core/runtime/deno/libraries.mjs").as_uri()}";
const cdn = {{}};
for (const [name, {{ files, main, also = {{}} }}] of Object.entries(CDN)) {{
  for (const path of files) cdn[`${{name}}/${{path}}`] = `cdn/${{name}}/${{path}}`;
  for (const [path, target] of Object.entries({{ "": main, ...also }}))
    cdn[path ? `${{name}}/${{path}}` : name] = `cdn/${{name}}/${{target}}`;
}}
const cdnUrls = Object.fromEntries(Object.entries(CDN_URLS).map(([start, path]) => [start, cdn[path]]));
const {{ addresses, styles }} = JSON.parse(Deno.args[0]);
const copies = addresses.map((each) => findCopy(each, {{ cdn, cdnNames: CDN_NAMES, cdnUrls }}));
console.log(JSON.stringify([copies, styles.map(modernizeTailwind)]));
"""
TAILWIND = "cdn/@tailwindcss/browser/dist/index.global.js"
BOOTSTRAP = "cdn/bootstrap/dist"
COPIES = {
    "https://cdn.tailwindcss.com": TAILWIND,
    "https://cdn.tailwindcss.com/3.4.1?plugins=forms": TAILWIND,
    "https://cdn.jsdelivr.net/npm/@tailwindcss/browser@4": TAILWIND,
    "//unpkg.com/@tailwindcss/browser@4.1.0/dist/index.global.js": TAILWIND,
    "https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/css/bootstrap.min.css": f"{BOOTSTRAP}/css/bootstrap.min.css",
    "https://unpkg.com/bootstrap@5/dist/js/bootstrap.bundle.min.js": f"{BOOTSTRAP}/js/bootstrap.bundle.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/twitter-bootstrap/5.3.2/css/bootstrap.min.css": (
        f"{BOOTSTRAP}/css/bootstrap.min.css"
    ),
    "https://stackpath.bootstrapcdn.com/bootstrap/4.5.2/css/bootstrap.min.css": (
        "cdn/bootstrap@4/dist/css/bootstrap.min.css"
    ),
    "https://stackpath.bootstrapcdn.com/bootstrap/4.5.2/js/bootstrap.min.js": (
        "cdn/bootstrap@4/dist/js/bootstrap.min.js"
    ),
    "https://cdn.jsdelivr.net/npm/bootstrap@4.6.2/dist/js/bootstrap.bundle.min.js": (
        "cdn/bootstrap@4/dist/js/bootstrap.bundle.min.js"
    ),
    "https://cdn.jsdelivr.net/npm/bootstrap-icons@1.11.3/font/bootstrap-icons.min.css": (
        "cdn/bootstrap-icons/font/bootstrap-icons.min.css"
    ),
    "https://cdnjs.cloudflare.com/ajax/libs/font-awesome/6.4.0/css/all.min.css": (
        "cdn/@fortawesome/fontawesome-free/css/all.min.css"
    ),
    "https://maxcdn.bootstrapcdn.com/bootstrap/3.4.1/css/bootstrap.min.css": None,
    "https://tracker.example.test/bootstrap.min.js": None,
}
STYLES = {
    "@tailwind base;\n@tailwind components;\n@tailwind utilities;\nb { color: red }": (
        '@import "tailwindcss";\n\n\nb { color: red }'
    ),
    "@import 'tailwindcss/base';\n@import \"tailwindcss/utilities.css\";": '@import "tailwindcss";\n',
    '@import "tailwindcss";': '@import "tailwindcss";',
    "b { color: red }": "b { color: red }",
}

Outputs = tuple[list[str | None], list[str]]


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    deno = find_program("deno")
    assert deno
    given = json.dumps({"addresses": list(COPIES), "styles": list(STYLES)})
    command = [deno, "run", "--no-remote", "--no-npm", "--no-config", f"--allow-read={ROOT}", "-", given]
    done = subprocess.run(command, input=SCRIPT, capture_output=True, text=True, check=True, timeout=30)
    copies, styles = json.loads(done.stdout)
    return copies, styles


def test_an_address_of_a_network_is_that_of_our_copy(outputs: Outputs) -> None:
    assert dict(zip(COPIES, outputs[0], strict=True)) == COPIES


def test_what_asks_for_tailwind_is_put_in_the_words_of_its_newest_version(outputs: Outputs) -> None:
    assert dict(zip(STYLES, outputs[1], strict=True)) == STYLES
