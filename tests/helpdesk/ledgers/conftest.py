"""Ledgers on their way in, as those see them who bring them."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.ledgers import importing
from helpdesk.ledgers.models import Import
from tests.desk import Desk, open_desk, upload


class Office:
    """Somebody who brings ledgers in: uploads, confirms columns, and lets the job do its part."""

    def __init__(self, desk: Desk, part: str = "dispatcher") -> None:
        self.desk, self.browser = desk, desk.browser(part)

    def send(self, content: bytes, kind: str = "enterprises", name: str = "台账.xlsx") -> TestResponse:
        """Upload a file; the answer as it comes."""
        return self.browser.post(f"/imports/new/{kind}", data={"file": upload(name, content)})

    def begin(self, content: bytes, kind: str = "enterprises", name: str = "台账.xlsx") -> str:
        """Upload a file that is taken; the address of its import."""
        answer = self.send(content, kind, name)
        assert answer.status_code == 302, answer.text
        return answer.location.removesuffix("/columns")

    def columns(self, url: str, **changed: str) -> dict[str, str]:
        """What the form of the columns would send; ``changed``: by letter of the column, or sheet or heading."""
        page = self.browser.get(f"{url}/columns")
        sheet = re.search(
            r'<input type="hidden" name="sheet" value="([^"]*)"><input type="hidden" name="heading"', page.text
        )
        heading = re.search(r'name="heading" value="(\d+)">\s*<', page.text)
        found = {"sheet": sheet[1] if sheet else "", "heading": heading[1] if heading else "1"}
        for place, options in re.findall(r'name="column-(\d+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options)
            found[f"column-{place}"] = chosen[1] if chosen else ""
        return found | changed

    def check(self, content: bytes, kind: str = "enterprises", name: str = "台账.xlsx") -> str:
        """Upload and let every cell be checked with the columns as they are guessed."""
        url = self.begin(content, kind, name)
        answer = self.browser.post(f"{url}/columns", data=self.columns(url))
        assert answer.status_code == 302, answer.text
        self.work()
        return url

    def confirm(self, url: str) -> TestResponse:
        """Press 导入 on the preview."""
        digest = re.search(r'name="digest" value="([^"]*)"', self.browser.get(url).text)
        assert digest, self.browser.get(url).text
        return self.browser.post(f"{url}/confirm", data={"digest": digest[1]}, follow_redirects=True)

    def bring_in(self, content: bytes, kind: str = "enterprises", name: str = "台账.xlsx") -> str:
        """All the way: uploaded, checked, confirmed, imported."""
        url = self.check(content, kind, name)
        self.confirm(url)
        self.work()
        assert self.row(url).state == "done", self.browser.get(url).text
        return url

    def work(self) -> importing.Worked:
        """The job runs once."""
        with self.desk.app.app_context():
            return importing.work(clock.now(), by="test")

    def row(self, url: str) -> Import:
        """The record of an import."""
        with self.desk.app.app_context():
            found = db.session.get(Import, int(url.rsplit("/", 1)[1]))
            assert found is not None
            db.session.expunge(found)
            return found

    def errors(self, url: str) -> list[tuple[int, str, str, str]]:
        """Row, column, value, message of every error."""
        return [(r["row"], r["label"], r["value"], r["message"]) for r in self.row(url).remarks if r["wrong"]]

    def told(self, url: str) -> list[str]:
        """What was put right."""
        return [r["message"] for r in self.row(url).remarks if not r["wrong"]]

    def names(self) -> list[str]:
        """The enterprises in the register, by the order they came in."""
        with self.desk.app.app_context():
            return [each.name for each in db.session.query(Enterprise).order_by(Enterprise.id)]


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A desk on a Tuesday morning."""
    with open_desk(app) as opened:
        yield opened


@pytest.fixture
def office(desk: Desk) -> Office:
    """The dispatch office."""
    return Office(desk)


@pytest.fixture
def admin(desk: Desk) -> Office:
    """The 系统管理员."""
    return Office(desk, "administrator")


@pytest.fixture
def stranger(desk: Desk) -> FlaskClient:
    """Somebody who may not."""
    return desk.browser("stranger")
