"""What Node brings, and what well-known packages of npm bring along."""

BUILT_IN_MODULES = frozenset(
    {"assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram"}
    | {"diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module"}
    | {"net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream"}
    | {"string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi"}
    | {"worker_threads", "zlib"}
)
"""Node's own modules, by its manual (version 24), but for those that need ``node:`` before them: sea, sqlite, test."""
IMPLIED_PACKAGES = {
    "@angular/core": ("rxjs", "zone.js", "tslib"),
    "@docusaurus/core": ("@docusaurus/*", "@theme/*", "@site/*", "@generated/*", "@theme-original/*"),
    "@nestjs/core": ("rxjs", "reflect-metadata"),
    "@reduxjs/toolkit": ("redux", "immer", "reselect", "redux-thunk"),
    "@remix-run/dev": ("@remix-run/*",),
    "@storybook/react": ("@storybook/*",),
    "@sveltejs/kit": ("svelte", "vite"),
    "@tanstack/react-query": ("@tanstack/query-core",),
    "astro": ("vite", "zod"),
    "eslint": ("@eslint/*",),
    "expo": ("react", "react-native", "@expo/*", "expo-*"),
    "express": ("body-parser", "cookie", "qs", "send", "serve-static"),
    "firebase": ("@firebase/*",),
    "gatsby": ("react", "gatsby-*"),
    "jest": ("@jest/*",),
    "mongoose": ("mongodb", "bson"),
    "next": ("server-only", "client-only", "styled-jsx", "@next/*"),
    "nuxt": ("vue", "vue-router", "h3", "nitropack", "ofetch", "@nuxt/*", "@unhead/*", "unhead", "defu", "ufo", "vite"),
    "preact": ("react", "react-dom"),
    "react-native": ("react", "@react-native/*"),
    "react-router-dom": ("react-router",),
    "react-scripts": ("web-vitals", "@testing-library/react", "@testing-library/jest-dom"),
    "storybook": ("@storybook/*",),
    "typeorm": ("reflect-metadata",),
    "vinxi": ("vite",),
    "vite": ("rollup", "esbuild"),
    "vitepress": ("vue", "vite"),
    "vitest": ("vite", "@vitest/*"),
    "vue": ("@vue/*",),
}
"""By package, others that come with it and that people import themselves, or that it answers without a package.
``@scope/*`` is all of a scope, ``name-*`` all packages whose names begin so."""
RUNTIME_PACKAGES = frozenset(
    {"astro", "atom", "bun", "client-only", "electron", "figma", "k6", "lwc", "obsidian", "server-only", "sketch"}
    | {"uxp", "virtual", "vscode"}
)
"""Imports that a runtime or a bundler answers itself. ``server-only`` is one where React's server parts are built."""
