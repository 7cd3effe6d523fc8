"""Every setting of the installation, read from environment variables (defaults in this one place)."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}
MB = 1024 * 1024


CARDS = ("蓝", "黄", "橙", "红", "紫")
"""Colours of cards that practice knows; they never stand without the words of their level."""


class Config:
    """The settings as Flask wants them; `app.config.from_object(Config())`.

    Without PRODUCTION=1 everything has a value that works on a developer's machine. With it, what has no safe
    default stays empty, and `complaints` names it.
    """

    # Flask-Security: what does not depend on the installation.
    SECURITY_REGISTERABLE = False
    SECURITY_SEND_REGISTER_EMAIL = False
    SECURITY_USERNAME_ENABLE = True
    SECURITY_USERNAME_MIN_LENGTH = 2  # Chinese names have two characters
    SECURITY_PASSWORD_HASH = "argon2"
    SECURITY_PASSWORD_SCHEMES = ("argon2",)
    SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS = {
        "argon2__time_cost": 2,
        "argon2__memory_cost": 19456,
        "argon2__parallelism": 1,
    }
    SECURITY_PASSWORD_LENGTH_MIN = 10
    SECURITY_PASSWORD_COMPLEXITY_CHECKER = "zxcvbn"
    SECURITY_CHANGEABLE = True
    SECURITY_TRACKABLE = True
    SECURITY_TOTP_ISSUER = "帮企"
    SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS = False

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    REMEMBER_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SAMESITE = "Lax"

    BABEL_DEFAULT_LOCALE = "zh_Hans_CN"
    RATELIMIT_HEADERS_ENABLED = False
    WTF_CSRF_TIME_LIMIT = None  # a form left open over lunch must still be accepted

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Read `environ` (the process's own by default); ValueError when a value is not of its kind."""
        read = os.environ if environ is None else environ
        self.PRODUCTION = _switch(read, "PRODUCTION")
        self.DEMO = _switch(read, "DEMO")
        self._read_installation(read)
        self._read_secrets(read)
        self._read_mail(read)

    def _read_installation(self, read: Mapping[str, str]) -> None:
        local_site = "" if self.PRODUCTION else f"http://localhost:{read.get('PORT') or '5000'}"
        self.SITE_URL = (read.get("SITE_URL") or local_site).rstrip("/")
        self.DISTRICT = read.get("DISTRICT") or "二道区"
        self.TIMEZONE = self.BABEL_DEFAULT_TIMEZONE = read.get("TIMEZONE") or "Asia/Shanghai"
        self.INSTANCE_DIR = str(INSTANCE)
        self.UPLOAD_DIR = read.get("UPLOAD_DIR") or str(INSTANCE / "uploads")
        self.MAX_CONTENT_LENGTH = _number(read, "MAX_CONTENT_LENGTH", 200 * MB)  # bytes of a request: nine photos
        self.TRUSTED_PROXIES = _number(read, "TRUSTED_PROXIES", 0)  # how many stand before us and name the visitor
        self.SESSION_LONGEST = timedelta(hours=_number(read, "SESSION_HOURS", 8))  # since signing in
        self.SESSION_IDLE = timedelta(minutes=_number(read, "SESSION_IDLE_MINUTES", 120))  # without opening a page
        self.SQLALCHEMY_DATABASE_URI = database_uri(read.get("DATABASE_URL") or "")
        self.SQLALCHEMY_ENGINE_OPTIONS = connection_options(self.SQLALCHEMY_DATABASE_URI)
        self.SESSION_COOKIE_SECURE = self.REMEMBER_COOKIE_SECURE = self.SITE_URL.startswith("https://")
        self.PREFERRED_URL_SCHEME = urlsplit(self.SITE_URL).scheme or "http"

    def _read_secrets(self, read: Mapping[str, str]) -> None:
        self.SECRET_KEY = read.get("SECRET_KEY") or ("" if self.PRODUCTION else _kept_secret("secret_key"))
        self.SECURITY_PASSWORD_SALT = read.get("SECURITY_PASSWORD_SALT") or self.SECRET_KEY
        self.SECURITY_TOTP_SECRETS = {"1": read.get("SECURITY_TOTP_SECRET") or self.SECRET_KEY}

    def _read_mail(self, read: Mapping[str, str]) -> None:
        self.MAIL_SERVER = read.get("MAIL_SERVER") or ""  # empty: mails become .eml files under MAIL_DIR
        self.MAIL_DIR = read.get("MAIL_DIR") or str(INSTANCE / "mail")
        self.MAIL_PORT = _number(read, "MAIL_PORT", 25)
        self.MAIL_USE_TLS = _switch(read, "MAIL_USE_TLS")
        self.MAIL_USE_SSL = _switch(read, "MAIL_USE_SSL")
        self.MAIL_USERNAME = read.get("MAIL_USERNAME") or None
        self.MAIL_PASSWORD = read.get("MAIL_PASSWORD") or None
        self.MAIL_TIMEOUT = _number(read, "MAIL_TIMEOUT", 20)  # seconds
        local_sender = "" if self.PRODUCTION else "helpdesk@localhost"
        self.MAIL_DEFAULT_SENDER = read.get("MAIL_DEFAULT_SENDER") or local_sender
        self.CHAT = _switch(read, "CHAT")  # people may name a chat or an SMS gateway beside their mail address
        kinds = (
            read.get("CHAT_KINDS") or "dingtalk wecombot feishu"
        )  # of Apprise: what else may be named is not sent to
        self.CHAT_KINDS = tuple(kinds.split())
        self.AUDIT_HEADS_DIR = read.get("AUDIT_HEADS_DIR") or ""  # where the head of the seals is filed every day
        self.AUDIT_HEADS_TO = tuple((read.get("AUDIT_HEADS_TO") or "").split())  # mail addresses that get it
        self.SUPERVISION_CARDS = tuple((read.get("SUPERVISION_CARDS") or "蓝 黄 红").split())  # of 一, 二, 三级督办单
        self.PAIRINGS_PER_CADRE = _number(
            read, "PAIRINGS_PER_CADRE", 5
        )  # 包联 at most so many enterprises; 0: no limit
        self.SWEEP_LATE_MINUTES = _number(read, "SWEEP_LATE_MINUTES", 10)  # without a sweep for so long: alarm
        self.VISIT_LONGEST_DAYS = _number(read, "VISIT_LONGEST_DAYS", 90)  # without a visit for so long: warning
        self.VISIT_MOST = _number(read, "VISIT_MOST", 4)  # visits to one enterprise in 30 days; more: warning (burden)
        self.BULLETIN_LOW = _number(read, "BULLETIN_LOW", 85)  # per cent of 满意率 below which a bulletin names a unit


def _cards(cards: object) -> list[str]:
    if isinstance(cards, tuple) and len(cards) == 3 and set(cards) <= set(CARDS):
        return []
    return [f"SUPERVISION_CARDS must name three of {' '.join(CARDS)}, for the levels 一 二 三, e.g. 蓝 黄 红"]


def complaints(config: Mapping[str, object]) -> list[str]:
    """What keeps this configuration from serving, each with its remedy; what matters in earnest only in production."""
    found = _cards(config["SUPERVISION_CARDS"])
    if config["CHAT"] and find_spec("apprise") is None:
        found.append("CHAT is set, but the library is not there: .venv/bin/pip install -r requirements-chat.txt")
    if not config["PRODUCTION"]:
        return found
    if len(str(config["SECRET_KEY"] or "")) < 32:
        found.append("SECRET_KEY is missing or shorter than 32 characters: take the output of `openssl rand -hex 32`")
    if not str(config["SITE_URL"] or "").startswith(("https://", "http://")):
        found.append(
            "SITE_URL is missing: the address people open and links in mails start with, e.g. https://bangqi.example.gov.cn"
        )
    if not config["MAIL_SERVER"]:
        found.append("MAIL_SERVER is missing: the SMTP server that takes our mails; without it nobody is told anything")
    if not config["MAIL_DEFAULT_SENDER"]:
        found.append("MAIL_DEFAULT_SENDER is missing: the address our mails come from, e.g. bangqi@example.gov.cn")
    if config["DEMO"]:
        found.append("DEMO is set: the demo shows mails and passwords to everybody; leave it unset when PRODUCTION=1")
    return found


def database_uri(url: str) -> str:
    """`url` with the driver we ship; an SQLite file under instance/ when it is empty."""
    if not url:
        INSTANCE.mkdir(exist_ok=True)
        return f"sqlite:///{INSTANCE / 'helpdesk.db'}"
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg{separator}{rest}"
    return url


def connection_options(uri: str) -> dict[str, object]:
    """How the database is connected to: a host that swallows packets is given up on instead of waited for."""
    if not uri.startswith("postgresql"):
        return {"pool_pre_ping": True}
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}  # seconds


def _switch(read: Mapping[str, str], name: str) -> bool:
    value = (read.get(name) or "").strip().lower()
    if value not in YES | NO:
        raise ValueError(f"{name}={read[name]!r} is neither yes nor no: write 1 or 0")
    return value in YES


def _number(read: Mapping[str, str], name: str, default: int) -> int:
    value = read.get(name) or str(default)
    if not value.isdecimal():
        raise ValueError(f"{name}={value!r} is not a whole number")
    return int(value)


def _kept_secret(name: str) -> str:
    """A secret made once for this machine and kept under instance/, so that a restart signs nobody out."""
    path = INSTANCE / name
    INSTANCE.mkdir(exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
