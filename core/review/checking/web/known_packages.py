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
    "@nestjs/core": ("rxjs", "reflect-metadata"),
    "expo": ("react", "react-native"),
    "express": ("body-parser",),
    "gatsby": ("react",),
    "nuxt": ("vue", "vue-router", "h3", "nitropack", "ofetch"),
    "react-scripts": ("web-vitals", "@testing-library/react", "@testing-library/jest-dom"),
    "vitepress": ("vue", "vite"),
    "vue": ("@vue/*",),
}
"""By package, others that come with it and that people import themselves; ``@scope/*`` is all of a scope."""
