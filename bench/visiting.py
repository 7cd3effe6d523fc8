"""Somebody who uses the site as a browser would, over one connection that is kept open."""

import http.client
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from helpdesk.demo.district import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SIGNING_IN = ("/login", "/account")
KEPT_OPEN = 1.5  # seconds; the web server closes what is idle for longer than two
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """A client with cookies; ``sign_in`` goes through the real form."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._last = 0.0

    def get(self, path: str) -> str:
        """A page; AssertionError when it is none."""
        status, text = self._send("GET", path)
        assert status == 200, f"GET {path}: {status}"
        return text

    def post(self, path: str, **given: str) -> str:
        """A form that must be taken; the path it leads to."""
        given = {"csrf_token": self._token, "request_key": secrets.token_urlsafe(16), **given}
        status, text = self._send("POST", path, given)
        assert status in (302, 303), f"POST {path}: {status}\n{_words(text)}"
        return text

    def sign_in(self, username: str) -> "Visitor":
        """As that person of the demo."""
        self._learn_token("/login")
        self.post("/login", username=username, password=PASSWORD)
        self._learn_token("/account")
        return self

    def _learn_token(self, path: str) -> None:
        found = TOKEN.search(self.get(path))
        assert found, f"{path} has no form"
        self._token = found.group(1)

    def _send(self, method: str, path: str, given: Mapping[str, str] | None = None) -> tuple[int, str]:
        """The status, and the page or where it leads."""
        if time.monotonic() - self._last > KEPT_OPEN:
            self._connection.close()  # it is opened again by the next request
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = urlencode(given) if given is not None else None
        self._connection.request(method, path, body, headers | (FORM if body else {}))
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if path in SIGNING_IN:  # later ones carry what a page would have said, and nobody looks at that page
            self._keep(answer.headers.get_all("Set-Cookie") or ())
        self._last = time.monotonic()
        return answer.status, answer.headers.get("Location") or text

    def _keep(self, cookies: Iterable[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


def _words(page: str) -> str:
    """What a page says, for complaints."""
    return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())[:1500]
