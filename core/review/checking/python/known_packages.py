"""Well-known Python packages: how they are imported, what they bring along, what they need."""

DISTRIBUTION_BY_MODULE = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "bson": "pymongo",
    "corsheaders": "django-cors-headers",
    "django_filters": "django-filter",
    "googleapiclient": "google-api-python-client",
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
    "ldap": "python-ldap",
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
    {"aiofiles", "aiohttp", "aiosqlite", "alembic", "anyio", "asyncpg", "bcrypt", "boto3", "celery", "click", "django"}
    | {"docker", "email_validator", "fastapi", "flask", "gunicorn", "httpx", "jinja2", "joblib", "limits", "markdown"}
    | {"marshmallow", "matplotlib", "motor", "numpy", "openai", "openpyxl", "orjson", "pandas", "passlib", "peewee"}
    | {"plotly", "pydantic", "pydantic_settings", "pymongo", "pymysql", "pytest", "redis", "requests", "rich", "scipy"}
    | {"seaborn", "sqlalchemy", "sqlmodel", "starlette", "streamlit", "stripe", "tenacity", "tornado", "tqdm", "typer"}
    | {"uvicorn", "websockets", "werkzeug"}
    | DISTRIBUTION_BY_MODULE.keys()
)
"""Imports that mean the package even where a folder of the project has its name. Which distribution another import
comes from is not known, and so not whether a manifest lacks it."""
OTHER_PROVIDERS = {
    "Crypto": "pycryptodome pycrypto",
    "cv2": "opencv-python-headless opencv-contrib-python opencv-contrib-python-headless",
    "faiss": "faiss-gpu",
    "jose": "python-jose jose",
    "jwt": "jwt python-jwt",
    "magic": "python-magic-bin file-magic",
    "multipart": "multipart",
    "psycopg2": "psycopg2",
    "slugify": "awesome-slugify unicode-slugify",
    "yaml": "ruamel-yaml pyyaml-ft",
}
"""By the name of the import: further distributions that provide it."""
OFTEN_BROUGHT_ALONG = frozenset(
    {"aiohttp", "anyio", "attr", "bcrypt", "boto3", "bs4", "click", "dateutil", "docker", "dotenv", "email_validator"}
    | {"git", "httpx", "jinja2", "joblib", "jwt", "limits", "lxml", "magic", "markdown", "matplotlib", "multipart"}
    | {"numpy", "OpenSSL", "orjson", "pandas", "PIL", "pkg_resources", "plotly", "pydantic", "pydantic_settings"}
    | {"pytest", "redis", "requests", "rich", "scipy", "sklearn", "slugify", "socketio", "sqlalchemy", "starlette"}
    | {"tenacity", "tornado", "tqdm", "typer", "uvicorn", "websockets", "werkzeug", "win32api", "yaml", "zmq"}
)
"""Imports that many other distributions need: beside one whose needs are not known, they may be there."""
IMPLIED_DISTRIBUTIONS = {
    "aiohttp": "yarl multidict aiosignal frozenlist attrs",
    "boto3": "botocore s3transfer",
    "celery": "kombu billiard vine click python-dateutil",
    "django": "asgiref sqlparse",
    "fastapi": "starlette pydantic typing-extensions anyio annotated-types pydantic-core idna",
    "fastapi[all]": "fastapi[standard] pydantic-settings orjson ujson itsdangerous pyyaml",
    "fastapi[standard]": "uvicorn[standard] httpx jinja2 python-multipart email-validator fastapi-cli typer rich",
    "fastapi[standard-no-fastapi-cloud-cli]": "fastapi[standard]",
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
    "starlette[full]": "httpx itsdangerous jinja2 python-multipart pyyaml",
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
