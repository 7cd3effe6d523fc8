"""系统管理: who may see it, what it shows of jobs and mails, and sending a failed mail again."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from helpdesk import clock
from helpdesk.db import db
from helpdesk.notices.models import FAILED, NO_ADDRESS, WAITING, Notice
from helpdesk.operations import commands
from tests.people import District, sign_in
from tests.walking import Walker


def page(client: FlaskClient) -> str:
    answer = client.get("/admin")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def one_notice(walker: Walker, **facts: object) -> int:
    """Some notice to a person, with these facts."""
    walker.to("reported")
    notice_id = db.session.scalar(select(Notice.id).where(Notice.person_id.is_not(None)).limit(1))
    db.session.execute(update(Notice).where(Notice.id == notice_id).values(**facts))
    db.session.commit()
    return int(notice_id or 0)


def notice(notice_id: int) -> Notice:
    db.session.expire_all()
    found = db.session.get(Notice, notice_id)
    assert found is not None
    return found


@pytest.mark.parametrize("part", ["stranger", "dispatcher", "supervisor"])
def test_it_is_for_administrators_only(world: District, client: FlaskClient, part: str) -> None:
    signed_in = sign_in(client, world.person(part))
    assert signed_in.get("/admin").status_code == 403
    assert signed_in.post("/admin/notices/1/again").status_code == 403
    assert signed_in.post("/admin/notices/again").status_code == 403


def test_a_sweep_that_stands_still_is_loud(app: Flask, administrator: FlaskClient) -> None:
    assert "等待首次运行" in page(administrator)
    app.extensions["started_at"] = clock.now() - timedelta(minutes=11)
    assert "“检查时限”还没有成功运行过" in page(administrator)
    commands.beat("sweep", at=clock.now() - timedelta(minutes=11), did="struck 3")
    shown = page(administrator)
    assert "“检查时限”超过 10 分钟没有成功运行" in shown
    assert "notice--error" in shown
    commands.beat("sweep", at=clock.now(), did="struck 3")
    shown = page(administrator)
    assert "“检查时限”" not in shown
    assert "struck 3" in shown


def test_an_error_of_a_job_is_shown(administrator: FlaskClient) -> None:
    commands.beat("sweep", at=clock.now(), did="struck 3")
    commands.stumble("sweep", at=clock.now(), error="RuntimeError: broken")
    assert "上次运行出错" in page(administrator)
    assert "RuntimeError: broken" in page(administrator)


def test_a_failed_mail_is_shown_without_what_it_says(walker: Walker, administrator: FlaskClient) -> None:
    one_notice(
        walker, status=FAILED, server_answer="550 5.1.1 no such mailbox", subject="【交办】〔2026〕0001 甲公司：秘密"
    )
    shown = page(administrator)
    assert "550 5.1.1 no such mailbox" in shown
    assert "〔2026〕0001" in shown
    assert "秘密" not in shown
    assert "甲公司" not in shown


def test_a_failed_mail_is_sent_again_to_the_readers_present_address(walker: Walker, administrator: FlaskClient) -> None:
    notice_id = one_notice(walker, status=FAILED, tries=6, address="wrong@example.org")
    answer = administrator.post(f"/admin/notices/{notice_id}/again", follow_redirects=True)
    assert "已放回待发队列" in answer.get_data(as_text=True)
    again = notice(notice_id)
    assert (again.status, again.tries) == (WAITING, 0)
    assert again.address == walker.world.person("dispatcher").email or again.address.endswith("@example.org")
    assert again.address != "wrong@example.org"
    assert again.send_after_at <= clock.now()


def test_one_that_did_not_fail_cannot_be_sent_again(walker: Walker, administrator: FlaskClient) -> None:
    notice_id = one_notice(walker, status=WAITING)
    assert administrator.post(f"/admin/notices/{notice_id}/again").status_code == 404
    assert administrator.post("/admin/notices/999999/again").status_code == 404


def test_who_has_no_address_is_shown_and_stays_so_until_he_has_one(walker: Walker, administrator: FlaskClient) -> None:
    notice_id = one_notice(walker, status=NO_ADDRESS, address=None)
    person = notice(notice_id)
    reader = walker.world.person(next(part for part, key in walker.world.people.items() if key == person.person_id))
    assert reader.name in page(administrator)
    reader.email = None
    db.session.commit()
    answer = administrator.post(f"/admin/notices/{notice_id}/again", follow_redirects=True)
    assert "仍然没有邮箱地址" in answer.get_data(as_text=True)
    assert notice(notice_id).status == NO_ADDRESS


def test_all_failed_ones_at_once(walker: Walker, administrator: FlaskClient) -> None:
    walker.to("reported")
    db.session.execute(update(Notice).where(Notice.person_id.is_not(None)).values(status=FAILED, tries=6))
    db.session.commit()
    failed = db.session.scalars(select(Notice.id).where(Notice.status == FAILED)).all()
    assert failed
    administrator.post("/admin/notices/again")
    assert {notice(each).status for each in failed} == {WAITING}


def test_the_page_stands_without_any_data(administrator: FlaskClient) -> None:
    shown = page(administrator)
    assert "没有发送失败的邮件" in shown
    assert "每个收件人都有邮箱地址" in shown


def test_of_many_without_an_address_the_newest_twenty_are_shown(walker: Walker, administrator: FlaskClient) -> None:
    for _ in range(21):
        walker.do(None, "report")
    db.session.execute(update(Notice).values(status=WAITING))
    for number, key in enumerate(db.session.scalars(select(Notice.id).order_by(Notice.id).limit(21)).all(), 1):
        facts = {"status": NO_ADDRESS, "subject": f"【上报】第{number}号 甲公司", "send_after_at": walker.now}
        db.session.execute(update(Notice).where(Notice.id == key).values(**facts))
    db.session.commit()
    shown = page(administrator)
    assert "共 21 条，只显示最近的 20 条" in shown
    assert shown.count("【上报】第") == 20
    assert "第21号" in shown
    assert "第1号" not in shown
