"""Problems on the desk: walked to the state a test wants, and looked at by people in their browsers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.problems.links import link_for
from helpdesk.problems.models import Link, Problem
from helpdesk.security import sign_link
from tests.people import District, found_district
from tests.visitors import at, visitor
from tests.walking import Walker

TUESDAY_MORNING = at("2026-09-01 09:00")
"""An ordinary week."""

REPORT = {
    "enterprise": "示例一号机械有限公司",
    "title": "厂区门前道路积水",
    "detail": "雨后厂区门前道路积水，货车进不来。",
    "category": "transport",
    "urgency": "ordinary",
    "contact_name": "王经理",
    "contact_phone": "15000000625",
}
"""A report that can be taken as it is."""


class Desk:
    """The application with a district; requests come ten minutes after what was walked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            self.world: District = found_district()

    def at(self, state: str, **given: Any) -> int:
        """The key of a new problem in that state."""
        with self.walking() as walker:
            return walker.to(state, **given)

    @contextmanager
    def walking(self) -> Iterator[Walker]:
        """Somebody who does things to problems, an hour before now."""
        with self.app.app_context():
            yield Walker(self.world, TUESDAY_MORNING - timedelta(hours=1), step=timedelta(seconds=10))

    def browser(self, part: str) -> FlaskClient:
        """The browser of whoever plays that part, signed in."""
        return visitor(self.app, self.world, part)

    def problem(self, problem_id: int) -> Problem:
        """The row as it is now, detached."""
        with self.app.app_context():
            found = db.session.get(Problem, problem_id)
            assert found is not None
            db.session.expunge(found)
            return found

    def count(self, model: type[Any]) -> int:
        """How many rows there are."""
        with self.app.app_context():
            return int(db.session.query(model).count())

    def token(self, problem_id: int, purpose: str = "progress") -> str:
        """The token of the enterprise's link, made when there is none."""
        with self.app.app_context():
            problem = db.session.get(Problem, problem_id)
            assert problem is not None
            token = sign_link(link_for(problem, purpose, TUESDAY_MORNING).id)
            db.session.commit()
            return token

    def change_link(self, token: str, **columns: datetime) -> None:
        """Something happens to a link, such as that it is revoked."""
        with self.app.app_context():
            link = db.session.get(Link, int(token.partition("-")[0]))
            for name, value in columns.items():
                setattr(link, name, value)
            db.session.commit()


@contextmanager
def open_desk(app: Flask) -> Iterator[Desk]:
    """A desk on a Tuesday morning."""
    with time_machine.travel(TUESDAY_MORNING, tick=False):
        yield Desk(app)


def hidden(page: TestResponse) -> dict[str, str]:
    """What a page's form carries along: the version it was shown with, and its key."""
    return dict(re.findall(r'name="(version|request_key)" type="hidden" value="([^"]*)"', page.text))


def errors_beside(page: TestResponse) -> dict[str, str]:
    """The errors of a form, by question."""
    found = re.findall(r'id="([\w-]+)-error">(?:<i[^>]*></i>)?([^<]+)<', page.text)
    return dict(found)


def value_of(page: TestResponse, name: str) -> str | None:
    """What stands in a line or an area of the form."""
    line = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', page.text)
    area = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>\s*([^<]*)</textarea>', page.text)
    found = line or area
    return found[1].strip() if found else None


def upload(name: str, content: bytes) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(content), name


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da6364f8ff9f0100050101005fd9c7a50000000049454e44ae426082"
)
"""A picture of one dot."""
