"""A refused mail address is remembered, shown to those who can mend it and to its owner, and forgotten once it works."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.notices import commands
from helpdesk.notices.models import FAILED, SENT, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.notices.rechecking import PAUSES
from tests.mail import Postbox
from tests.visitors import text_of, visitor
from tests.walking import Walker
from workflows.engine import Missing

pytestmark = pytest.mark.smtp
GONE = "550 5.1.1 no such mailbox"


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return smtp_server.settings


@pytest.fixture
def refused(walker: Walker, smtp_server: Postbox) -> Walker:
    """The group's lead has an address that the mail server refuses."""
    smtp_server.refuse("group_lead@example.org", GONE)
    walker.to("assigned")
    post(walker.now)
    db.session.expire_all()
    return walker


def test_an_address_that_is_refused_for_good_is_flagged_in_the_servers_words(refused: Walker) -> None:
    lead = refused.world.person("group_lead")
    assert (lead.address_failed_at, lead.address_answer) == (refused.now, GONE)
    assert refused.world.person("dispatcher").address_failed_at is None


def test_come_again_later_flags_nobody_until_it_has_failed_for_good(walker: Walker, smtp_server: Postbox) -> None:
    smtp_server.refuse("group_lead@example.org", "452 4.2.2 mailbox full")
    walker.to("assigned")
    now = walker.now
    for _ in PAUSES:
        post(now)
        db.session.expire_all()
        assert walker.world.person("group_lead").address_failed_at is None
        now = db.session.scalars(select(Notice.send_after_at).where(Notice.name == "assigned")).one()
    post(now)
    db.session.expire_all()
    assert walker.world.person("group_lead").address_answer == "452 4.2.2 mailbox full"


def test_a_mail_that_gets_through_takes_the_flag_away(refused: Walker, smtp_server: Postbox) -> None:
    smtp_server.refusals.clear()
    refused.to("assigned")
    post(refused.now)
    db.session.expire_all()
    lead = refused.world.person("group_lead")
    assert (lead.address_failed_at, lead.address_answer) == (None, None)


def test_another_address_takes_the_flag_away_and_the_same_does_not(refused: Walker) -> None:
    lead = refused.world.person("group_lead")
    commands.change_address(lead.id, "group_lead@example.org")
    assert refused.world.person("group_lead").address_failed_at is not None
    commands.change_address(lead.id, "new@example.org")
    db.session.expire_all()
    assert refused.world.person("group_lead").address_failed_at is None


def test_what_the_server_says_of_an_address_that_was_changed_meanwhile_flags_nobody(
    walker: Walker, smtp_server: Postbox
) -> None:
    smtp_server.refuse("group_lead@example.org", GONE)
    walker.to("assigned")
    commands.change_address(walker.world.people["group_lead"], "new@example.org")
    post(walker.now)
    db.session.expire_all()
    assert walker.world.person("group_lead").address_failed_at is None


def test_a_mail_that_is_broken_by_itself_says_nothing_of_the_address(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    notice = db.session.scalars(select(Notice).where(Notice.name == "assigned")).one()
    notice.address = "two@example.org\nBcc: everybody@example.org"
    db.session.commit()
    post(walker.now)
    db.session.expire_all()
    assert notice.status == FAILED
    assert walker.world.person("group_lead").address_failed_at is None


# -- Who sees it -------------------------------------------------------------------------------------------------------


def test_he_reads_it_himself_after_signing_in(app: Flask, refused: Walker) -> None:
    client = visitor(app, refused.world, "group_lead")
    for path in ("/", "/notices", "/account"):
        page = text_of(client.get(path))
        assert "您的邮箱 group_lead@example.org 收不到邮件：550 5.1.1 no such mailbox" in page, path


def test_nobody_else_is_told_that_it_is_his(app: Flask, refused: Walker) -> None:
    client = visitor(app, refused.world, "stranger")
    for path in ("/", "/notices", "/account", "/people"):
        page = client.get(path).text
        assert "收不到邮件" not in page
        assert GONE not in page
        assert "邮箱被退信" not in page


def test_the_administrator_sees_it_in_three_places(app: Flask, refused: Walker) -> None:
    client, lead = visitor(app, refused.world, "administrator"), refused.world.people["group_lead"]
    admin = client.get("/admin").text
    assert f'href="/people/{lead}"' in admin
    assert admin.count(GONE) == 2, "beside the person and beside the mail"
    assert "邮箱被退信" in client.get("/people").text
    assert GONE in client.get(f"/people/{lead}").text


def test_the_administrator_corrects_it_and_sends_again(app: Flask, refused: Walker, smtp_server: Postbox) -> None:
    client, lead = visitor(app, refused.world, "administrator"), refused.world.people["group_lead"]
    assert GONE in client.get(f"/people/{lead}/address").text
    for wrong in ("", "no address", "x" * 100 + "@example.org"):
        assert client.post(f"/people/{lead}/address", data={"email": wrong}).status_code == 422
    taken = client.post(f"/people/{lead}/address", data={"email": "dispatcher@example.org"})
    assert taken.status_code == 422
    assert "已经是另一个人的" in taken.text
    assert "dispatcher@example.org" in taken.text, "the form comes back filled in"
    assert client.post(f"/people/{lead}/address", data={"email": "new@example.org"}).status_code == 302
    assert GONE not in client.get("/people").text
    notice = db.session.scalars(select(Notice).where(Notice.status == FAILED)).one()
    client.post(f"/admin/notices/{notice.id}/again")
    db.session.expire_all()
    assert (notice.status, notice.address) == (WAITING, "new@example.org")
    notice.send_after_at = refused.now
    db.session.commit()
    post(refused.now)
    db.session.expire_all()
    assert notice.status == SENT


@pytest.mark.parametrize("part", ["stranger", "dispatcher", "group_lead"])
def test_nobody_else_corrects_addresses(app: Flask, refused: Walker, part: str) -> None:
    lead = refused.world.people["group_lead"]
    client = visitor(app, refused.world, part)
    assert client.get(f"/people/{lead}/address").status_code == 403
    assert client.post(f"/people/{lead}/address", data={"email": "x@example.org"}).status_code == 403


def test_an_address_that_is_taken_is_refused(walker: Walker) -> None:
    with pytest.raises(Missing, match="另一个人"):
        commands.change_address(walker.world.people["handler"], "dispatcher@example.org")
    assert walker.world.person("handler").email == "handler@example.org"


# -- How one wants to be reminded --------------------------------------------------------------------------------------


def test_how_one_is_reminded_is_chosen_on_ones_account(app: Flask, walker: Walker) -> None:
    client = visitor(app, walker.world, "handler")
    assert "合在每天早上的一封汇总邮件里" in text_of(client.get("/account"))
    page = client.get("/account/notices").text
    assert page.count('type="radio"') == 2
    assert "不能关闭" in page
    assert client.post("/account/notices", data={"reminders": "off"}).status_code == 422
    assert client.post("/account/notices", data={"reminders": "single"}).status_code == 302
    assert "每条单独发一封邮件" in text_of(client.get("/account"))
    db.session.expire_all()
    assert walker.world.person("handler").reminders == "single"
    assert walker.world.person("dispatcher").reminders == "digest"
