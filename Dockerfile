# One container: the app, its embedded engine, no build tools. State lives in the volume alone.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UV_NO_CACHE=1 \
    UV_LINK_MODE=copy \
    LIVEWRIGHT_HOME=/state \
    LIVEWRIGHT_HOST=0.0.0.0 \
    LIVEWRIGHT_PORT=8080

# llama.cpp's threads need OpenMP's runtime.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir "uv==0.13.*" \
    && useradd --create-home --uid 10001 livewright \
    && install --directory --owner=livewright --mode=0700 /state

WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
RUN uv sync --no-dev --extra postgres
COPY main.py ./
COPY core core
COPY data data
COPY api api
COPY ui ui

USER 10001
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD /app/.venv/bin/python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:${LIVEWRIGHT_PORT}/healthz', timeout=4)"
CMD ["/app/.venv/bin/python", "main.py"]
