"""Lists as a reader gets them: the table of a page, the rows of a workbook and of JSON."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from helpdesk.db import db

HEADINGS = 3  # the row of a workbook that holds them, counted from 1


class _Table(HTMLParser):
    """The words of every cell of the table on a page, by its label; headings of groups apart."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, str]] = []
        self.groups: list[str] = []
        self._label: str | None = None
        self._in_group = self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_body = self._in_body or tag == "tbody"
        if tag == "tr" and self._in_body:
            self._in_group = given.get("class") == "group-row"
            (self.groups if self._in_group else self.rows).append("" if self._in_group else {})  # type: ignore[arg-type]
        if tag == "td":
            self._label = given.get("data-label")
            if self._label and self._in_body:
                self.rows[-1][self._label] = ""

    def handle_endtag(self, tag: str) -> None:
        self._in_body = self._in_body and tag != "table"
        if tag == "td":
            self._label = None

    def handle_data(self, data: str) -> None:
        if not self._in_body:
            return
        if self._in_group:
            self.groups[-1] += data.strip()
        elif self._label:
            self.rows[-1][self._label] += data


def _parsed(client: FlaskClient, address: str) -> _Table:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    table = _Table()
    table.feed(answer.text)
    return table


def page_rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """The rows of the table on a page; cells by label, empty ones left out."""
    return _parsed(client, address).rows


def page_groups(client: FlaskClient, address: str) -> list[str]:
    """The headings between the rows of a page, each with its subtotal."""
    return _parsed(client, address).groups


def workbook(client: FlaskClient, name: str, query: str = "") -> Any:
    """A list's workbook, opened."""
    answer = client.get(f"/lists/{name}.xlsx{query}", buffered=True)
    assert answer.status_code == 200, answer.text
    assert answer.content_length == len(answer.data)
    return openpyxl.load_workbook(BytesIO(answer.data))


def sheet_rows(client: FlaskClient, name: str, query: str = "") -> list[dict[str, Any]]:
    """The rows of a list's workbook by label."""
    rows = list(workbook(client, name, query).worksheets[0].iter_rows(min_row=HEADINGS, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def json_of(client: FlaskClient, name: str, query: str = "") -> Any:
    """A list as JSON."""
    answer = client.get(f"/lists/{name}.json{query}", buffered=True)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def titles(client: FlaskClient, name: str, query: str = "") -> list[str]:
    """The titles of the problems in a list, in its order."""
    return [row["title"] for row in json_of(client, name, query)["rows"]]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement that is sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plain(value: Any) -> Any:
    """A cell of a workbook as JSON writes it: a day at midnight is a day, else a moment in Changchun to the minute."""
    if not isinstance(value, datetime):
        return value
    midnight = not (value.hour or value.minute)
    return value.date().isoformat() if midnight else f"{value.isoformat(timespec='minutes')}+08:00"
