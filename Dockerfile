# One container: the app and its embedded engine, without build tools, pip or uv. State lives in the volume alone.
# The digest is that of all architectures together; tag and digest are renewed in one, in both stages.
FROM python:3.13.16-slim-trixie@sha256:bf44cdfcb76cd3b41e879bc058fc37ec5872002ccfde7fcb765e218cde0cd79c AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
COPY requirements.lock ./
RUN python -m venv --without-pip .venv \
    && pip --python .venv/bin/python install --no-deps --only-binary :all: --require-hashes --requirement requirements.lock \
    && rm requirements.lock

# What apps need to run. Only the files that build it come first, so that it is built anew when one of them changes.
COPY pyproject.toml ./
COPY core/__init__.py core/errors.py core/subprocesses.py core/
COPY core/runtime core/runtime
RUN .venv/bin/python -c "import asyncio, pathlib; from core.runtime import build; \
folder = pathlib.Path('/app/.runtime'); folder.mkdir(); asyncio.run(build.build_runtime(folder)); build.remove_leftovers(folder)" \
    # The lock names pip, which fetches packages here, and slices of weights outside of containers; the image goes without.
    && pip --python .venv/bin/python uninstall --yes pip

COPY README.md LICENSE main.py ./
COPY core core
COPY data data
COPY api api
COPY ui ui
# The file system is read-only later on, so what Python compiles is written now; it goes by content, as times change.
RUN .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash main.py core data api ui


FROM python:3.13.16-slim-trixie@sha256:bf44cdfcb76cd3b41e879bc058fc37ec5872002ccfde7fcb765e218cde0cd79c

# libgomp1 is OpenMP's runtime, for llama.cpp's threads. What installs packages of Python leaves the base image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/ldconfig \
    && rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/ensurepip /usr/local/lib/python3.*/site-packages/pip* \
    && useradd --no-create-home --home-dir /tmp --uid 10001 livewright \
    && install --directory --owner=livewright --mode=0700 /state

WORKDIR /app
COPY --from=build /app ./

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LIVEWRIGHT_HOME=/state \
    LIVEWRIGHT_HOST=0.0.0.0 \
    LIVEWRIGHT_PORT=8080

USER 10001
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["/app/.venv/bin/python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['LIVEWRIGHT_PORT'] + '/healthz', timeout=4)"]
CMD ["/app/.venv/bin/python", "main.py"]
