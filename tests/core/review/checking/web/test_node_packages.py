"""What package.json declares."""

import pytest

from core.review.checking.problem import ProblemKind
from tests.support.source_files import problems_in


async def undeclared(*files: tuple[str, str]) -> list[str]:
    return [p.message for _, p in await problems_in(*files) if p.kind is ProblemKind.DEPENDENCY]


PACKAGE = """{
  "name": "own",
  "dependencies": {"react": "1", "@scope/a": "1"},
  "devDependencies": {"vite": "1", "@types/geojson": "1"}
}
"""


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("import axios from 'axios';", "axios"),
        ("import x from '@scope/b/deep';", "@scope/b"),
        ("const x = require('lodash/get');", "lodash"),
        ("export { x } from 'zod';", "zod"),
    ],
)
async def test_a_package_that_package_json_lacks_is_told(line: str, package: str) -> None:
    message = f"package.json does not name the package `{package}`."
    assert await undeclared(("src/a.ts", f"{line}\n"), ("package.json", PACKAGE)) == [message]


@pytest.mark.parametrize(
    "line",
    [
        "import React from 'react'; import { jsx } from 'react/jsx-runtime';",
        "import a from '@scope/a/x'; import { defineConfig } from 'vite';",
        "import fs from 'fs'; import { test } from 'node:test'; import p from 'fs/promises';",
        "import type { Request } from 'express';",
        "import g from 'geojson';",
        "import x from '@/lib/x'; import y from '~/y'; import z from '#z'; import l from '$lib/l';",
        "import x from 'own/x'; import y from 'https://esm.sh/y'; import v from 'virtual:v';",
        "import x from 'lib/x';",
        "try { require('bufferutil'); } catch {}",
        "import 'server-only'; import 'client-only'; import http from 'k6/http'; import * as v from 'vscode';",
        "import a from '__sveltekit/environment'; import m from '<%= name %>/x'; import n from '{{NAME}}';",
        "import Layout from '@theme/Layout'; import x from '@site/src/x'; import rollup from 'rollup';",
    ],
)
async def test_a_package_that_is_declared_or_none_is_not(line: str) -> None:
    assert await undeclared(("src/a.ts", f"{line}\n"), ("src/lib/x.ts", ""), ("package.json", PACKAGE)) == []


@pytest.mark.parametrize(
    ("package", "name"),
    [
        *(("next", "styled-jsx/css"), ("next", "@next/env"), ("expo", "expo-constants"), ("nuxt", "@unhead/vue")),
        *(("react-router-dom", "react-router"), ("vitest", "@vitest/expect"), ("eslint", "@eslint/js")),
        *(("@reduxjs/toolkit", "immer"), ("express", "body-parser"), ("mongoose", "mongodb")),
    ],
)
async def test_what_a_framework_brings_or_answers_itself_is_not_missed(package: str, name: str) -> None:
    manifest = f'{{"dependencies": {{"{package}": "1"}}}}'
    assert await undeclared(("src/a.ts", f"import '{name}';\n"), ("package.json", manifest)) == []


async def test_among_very_many_packages_one_may_bring_along_another() -> None:
    packages = ", ".join(f'"p{number}": "1"' for number in range(100))
    manifest = f'{{"dependencies": {{{packages}}}}}'
    assert await undeclared(("src/a.ts", "import 'axios';\n"), ("package.json", manifest)) == []


async def test_the_manifest_of_another_folder_does_not_count() -> None:
    assert await undeclared(("web/a.ts", "import 'x';\n"), ("server/package.json", PACKAGE)) == []


async def test_a_manifest_that_cannot_be_read_declares_everything() -> None:
    assert await undeclared(("a.ts", "import 'x';\n"), ("package.json", "{")) == []


async def test_without_a_manifest_nothing_is_undeclared() -> None:
    assert await undeclared(("a.ts", "import x from 'x';\n")) == []


async def test_what_rollup_bundles_is_imported_by_names_that_it_makes() -> None:
    script, manifest = ("scene/box.js", "import { THREE } from 'app-scene';\n"), ("scene/package.json", PACKAGE)
    assert await undeclared(script, manifest) == ["package.json does not name the package `app-scene`."]
    assert await undeclared(script, manifest, ("scene/rollup.config.mjs", "export default {};\n")) == []
