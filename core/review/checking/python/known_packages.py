"""Well-known Python packages: how they are imported, what they bring along, what they need."""

DISTRIBUTION_BY_MODULE = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "bson": "pymongo",
    "corsheaders": "django-cors-headers",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "decouple": "python-decouple",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "faiss": "faiss-cpu",
    "fitz": "pymupdf",
    "flask_cors": "Flask-Cors",
    "flask_login": "Flask-Login",
    "flask_migrate": "Flask-Migrate",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "git": "GitPython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "lxml": "lxml",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyOpenSSL",
    "PIL": "Pillow",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socketio": "python-socketio",
    "win32api": "pywin32",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
"""By the name of the import, where the distribution has another."""
WELL_KNOWN_MODULES = frozenset(
    {"aiohttp", "alembic", "anyio", "bcrypt", "celery", "click", "django", "docker", "fastapi", "flask", "httpx"}
    | {"jinja2", "limits", "markdown", "marshmallow", "motor", "numpy", "pandas", "passlib", "pydantic", "pymongo"}
    | {"pytest", "redis", "requests", "sqlalchemy", "sqlmodel", "starlette", "stripe", "typer", "uvicorn", "werkzeug"}
    | DISTRIBUTION_BY_MODULE.keys()
)
"""Imports that mean the package even where a folder of the project has its name."""
IMPLIED_DISTRIBUTIONS = {
    "aiohttp": "yarl multidict aiosignal frozenlist attrs",
    "boto3": "botocore s3transfer",
    "celery": "kombu billiard vine",
    "django": "asgiref sqlparse",
    "fastapi": "starlette pydantic typing-extensions anyio annotated-types pydantic-core idna",
    "fastapi[all]": "fastapi[standard] pydantic-settings orjson ujson itsdangerous pyyaml",
    "fastapi[standard]": "uvicorn httpx jinja2 python-multipart email-validator fastapi-cli typer rich",
    "flask": "werkzeug jinja2 click itsdangerous blinker markupsafe",
    "httpx": "httpcore anyio certifi idna sniffio h11",
    "matplotlib": "numpy pillow",
    "motor": "pymongo",
    "pandas": "numpy python-dateutil pytz",
    "pydantic": "pydantic-core typing-extensions annotated-types",
    "pydantic-settings": "pydantic python-dotenv",
    "pydantic[email]": "email-validator",
    "requests": "urllib3 certifi idna charset-normalizer",
    "scikit-learn": "numpy scipy joblib threadpoolctl",
    "scipy": "numpy",
    "sqlalchemy": "typing-extensions greenlet",
    "sqlmodel": "sqlalchemy pydantic",
    "typer": "click rich",
    "uvicorn": "click h11",
    "uvicorn[standard]": "httptools uvloop watchfiles websockets python-dotenv pyyaml",
}
"""What a distribution, or one of its extras, brings along, as far as people import it themselves."""
REQUIRED_COMPANIONS = {
    ("pydantic", "EmailStr"): "email-validator",
    ("fastapi", "File"): "python-multipart",
    ("fastapi", "Form"): "python-multipart",
    ("fastapi", "UploadFile"): "python-multipart",
    ("fastapi.security", "OAuth2PasswordRequestForm"): "python-multipart",
    ("fastapi.templating", "Jinja2Templates"): "jinja2",
}
"""By module and name: the distribution without which the name does not work, and which its own does not bring."""
