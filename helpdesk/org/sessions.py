"""Sessions (登录的设备): who is signed in where; a session is known by a token of which only a digest is kept."""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.db import db
from helpdesk.org import session_queries
from helpdesk.org.models import SignedIn

SEEN_AGAIN = timedelta(minutes=5)
"""Being seen is written down this often at most: a page costs one look into an index, seldom a write."""
LONGEST_AGENT = 500

SYSTEMS = (
    ("HarmonyOS", "鸿蒙手机"),
    ("OpenHarmony", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("360", "360 浏览器"),
    ("Firefox", "火狐"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""What stands in the User-Agent, and what people call it; the first that fits, for most pretend to be others, too."""


@dataclass(frozen=True)
class Known:
    """A session as a request finds it."""

    id: int
    seen_at: datetime


def begin(person_id: int, *, agent: str, address: str | None, now: datetime) -> str:
    """A new session in the running transaction; the token is for the visitor's cookie alone."""
    token = secrets.token_urlsafe(32)
    row = SignedIn(
        token=digest(token), person_id=person_id, device=device(agent), address=address, since_at=now, seen_at=now
    )
    db.session.add(row)
    db.session.flush()
    return token


def end(token: str, now: datetime) -> None:
    """The session of this token is over; in the running transaction."""
    row = session_queries.by_token(digest(token))
    if row and row.ended_at is None:
        row.ended_at = now


def known(token: str, person_id: int) -> Known | None:
    """The session of this token, if it is that person's and has not been ended."""
    found = session_queries.running(digest(token), person_id)
    return Known(*found) if found else None


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def device(agent: str) -> str:
    """Windows 电脑，Chrome; as far as the browser says."""
    agent = agent[:LONGEST_AGENT]
    system = next((words for sign, words in SYSTEMS if sign in agent), "其他设备")
    browser = next((words for sign, words in BROWSERS if sign in agent), "")
    return f"{system}，{browser}" if browser else system


def masked_address(address: str | None) -> str:
    """10.21.*.* of 10.21.3.4: enough to know one's office, too little to point at a machine."""
    try:
        known_address = ipaddress.ip_address(address or "")
    except ValueError:
        return "未知"
    if known_address.version == 4:
        return ".".join(str(known_address).split(".")[:2]) + ".*.*"
    return ":".join(known_address.exploded.split(":")[:3]) + ":*"
