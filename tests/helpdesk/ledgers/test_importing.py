"""A ledger comes in as a whole or not at all, is on record, and can be taken back until something builds on it."""

from datetime import date

from helpdesk.audit.models import AuditEvent
from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, Pairing, RegisterChange
from helpdesk.ledgers.models import Import, ImportLine
from tests import messy
from tests.desk import REPORT, Desk
from tests.helpdesk.ledgers.conftest import Office
from tests.visitors import text_of

HEADINGS = ("企业名称", "统一社会信用代码", "联系人", "联系电话", "从业人员")


def test_a_messy_workbook_comes_in_and_every_help_it_needed_is_told(office: Office) -> None:
    url = office.bring_in(messy.messy(12))
    assert len(office.names()) == 13
    told = office.told(url)
    for words in ("合计行，没有导入", "全角数字或字母已改为半角", "首尾空格或者看不见的字符已去掉"):
        assert words in told
    with office.desk.app.app_context():
        third = db.session.query(Enterprise).filter_by(uscc=messy.code(3)).one()
        assert (third.name, third.industry, third.people) == ("长春示例3号机械有限公司", "C", 13)
        assert [(each.name, each.phone) for each in third.contacts] == [("王3", "13900000003")]
        assert third.initials == "ccsl3hjxyxgs"


def test_one_wrong_cell_among_many_and_nothing_is_imported(office: Office) -> None:
    rows = messy.entries(300)
    rows[150][2] = "91220105MA0000000X"
    url = office.check(messy.workbook(rows))
    assert office.errors(url) == [
        (152, "统一社会信用代码", "91220105MA0000000X", "统一社会信用代码的校验位不对，请对照营业执照检查有没有输错")
    ]
    page = text_of(office.browser.get(url))
    assert "有 1 处错误，没有导入任何内容" in page
    assert "C152" in page
    office.browser.post(f"{url}/confirm", data={"digest": ""})
    office.work()
    assert len(office.names()) == 1


def test_the_marked_copy_is_the_workbook_with_red_cells_and_notes(office: Office) -> None:
    rows = messy.entries(3)
    rows[1][5] = "12345"
    url = office.check(messy.workbook(rows, title="一览表"))
    book = messy.opened(office.browser.get(f"{url}/marked.xlsx").data)
    cell = book["台账"]["F4"]
    assert cell.value == "12345"
    assert cell.fill.fgColor.rgb == "FFF4B6B0"
    assert "电话号码不对" in cell.comment.text
    assert [each.value for each in book["错误清单"][2]][:3] == ["F4", "联系电话", "12345"]
    assert book["台账"]["F3"].comment is None


def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    content = messy.messy(10)
    office.bring_in(content)
    url = office.check(content)
    row = office.row(url)
    assert (row.state, row.new, row.changed, row.unchanged) == ("ready", 0, 0, 10)
    assert "系统里都有了" in office.browser.get(url).text


def test_changes_are_shown_with_old_and_new_values_and_empty_cells_change_nothing(office: Office) -> None:
    office.bring_in(messy.workbook(messy.entries(2)))
    rows = [
        ["长春示例1号机械股份有限公司", messy.code(1), None, None, 99],
        ["长春示例2号机械有限公司", None, None, None, None],
    ]
    url = office.check(messy.workbook(rows, HEADINGS))
    row = office.row(url)
    assert (row.new, row.changed, row.unchanged) == (0, 1, 1)
    page = text_of(office.browser.get(url))
    assert "长春示例1号机械有限公司 改为 长春示例1号机械股份有限公司" in page
    office.confirm(url)
    office.work()
    with office.desk.app.app_context():
        first = db.session.query(Enterprise).filter_by(uscc=messy.code(1)).one()
        assert (first.name, first.people, first.industry) == ("长春示例1号机械股份有限公司", 99, "C")
        assert [each.name for each in first.former_names] == ["长春示例1号机械有限公司"]
        assert [each.name for each in first.contacts] == ["王1"]
        assert db.session.query(RegisterChange).filter_by(enterprise_id=first.id).count() == 1


def test_what_was_shown_is_what_is_done_else_it_is_shown_anew(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(3)))
    office.confirm(url)
    with office.desk.app.app_context():
        db.session.add(
            Enterprise(name="长春示例2号机械有限公司", initials="x", uscc=messy.code(2), added_at=messy_moment())
        )
        db.session.commit()
    office.work()
    row = office.row(url)
    assert (row.state, row.new, row.changed) == ("ready", 2, 1)
    assert "预览以后" in office.browser.get(url).text
    assert len(office.names()) == 2
    office.confirm(url)
    office.work()
    assert len(office.names()) == 4


def test_two_who_confirm_at_once_import_once(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(3)))
    other = office.desk.browser("other_dispatcher")
    digest = office.row(url).digest
    assert office.browser.post(f"{url}/confirm", data={"digest": digest}).status_code == 302
    answer = other.post(f"{url}/confirm", data={"digest": digest}, follow_redirects=True)
    assert "已经由别人处理过" in answer.text
    office.work()
    office.work()
    assert len(office.names()) == 4


def test_two_imports_of_the_same_rows_do_not_make_doubles(office: Office) -> None:
    first, second = (office.check(messy.workbook(messy.entries(3))) for _ in range(2))
    for url in (first, second):
        office.confirm(url)
    office.work()
    assert office.row(first).state == "done"
    assert (office.row(second).state, office.row(second).unchanged) == ("ready", 3)
    assert len(office.names()) == 4


def test_an_import_is_taken_back_as_if_it_had_never_been(office: Office) -> None:
    office.bring_in(messy.workbook(messy.entries(2)))
    rows = messy.entries(4)
    rows[0][6], rows[1][5] = 500, "13700000000"
    url = office.bring_in(messy.workbook(rows))
    assert len(office.names()) == 5
    answer = office.browser.post(f"{url}/undo", follow_redirects=True)
    assert "已撤销" in answer.text
    assert office.row(url).state == "undone"
    assert len(office.names()) == 3
    with office.desk.app.app_context():
        first = db.session.query(Enterprise).filter_by(uscc=messy.code(1)).one()
        second = db.session.query(Enterprise).filter_by(uscc=messy.code(2)).one()
        assert first.people == 11
        assert second.contacts[0].phone == "13900000002"
        assert db.session.query(Contact).count() == 3
        kinds = [each.kind for each in db.session.query(AuditEvent).order_by(AuditEvent.id)]
        assert kinds[-3:] == ["ledger_imported", "ledger_imported", "ledger_undone"]


def test_undoing_is_refused_when_a_problem_builds_on_it(office: Office) -> None:
    url = office.bring_in(messy.workbook(messy.entries(2)))
    report = REPORT | {"enterprise": "长春示例1号机械有限公司", "do": "report"}
    answer = office.desk.browser("reporter").post("/problems/new", data=report)
    assert answer.status_code == 302
    refused = office.browser.post(f"{url}/undo")
    assert refused.status_code == 409
    assert "导入的企业已经有问题 1 条" in refused.text
    assert len(office.names()) == 3


def test_undoing_is_refused_when_a_later_import_changed_the_same(office: Office) -> None:
    first = office.bring_in(messy.workbook(messy.entries(2)))
    rows = messy.entries(1)
    rows[0][6] = 77
    later = office.bring_in(messy.workbook(rows))
    assert "导入以后又修改过" in office.browser.post(f"{first}/undo").text
    office.browser.post(f"{later}/undo")
    assert office.row(later).state == "undone"


def test_a_defect_imports_nothing_and_says_so(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(2)))
    office.confirm(url)
    with office.desk.app.app_context():
        row = db.session.get(Import, int(url.rsplit("/", 1)[1]))
        assert row is not None
        from helpdesk.files import path_of

        path_of(row.stored_as, office.desk.app.config["UPLOAD_DIR"]).unlink()
    office.work()
    assert office.row(url).state == "failed"
    assert "没有导入任何内容" in office.browser.get(url).text or "读不出来" in office.browser.get(url).text
    assert len(office.names()) == 1


def test_progress_is_seen_while_the_job_waits_and_the_page_comes_anew_when_it_is_done(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(2)))
    office.confirm(url)
    assert "正在排队" in office.browser.get(url).text
    assert "HX-Refresh" not in office.browser.get(f"{url}/progress").headers
    office.work()
    assert office.browser.get(f"{url}/progress").headers["HX-Refresh"] == "true"


def test_a_file_given_up_is_gone_from_the_list(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(2)))
    assert "没有导入任何内容" in office.browser.post(f"{url}/drop", follow_redirects=True).text
    assert office.browser.get(url).status_code == 404
    assert office.desk.count(ImportLine) == 0


# -- Who may -----------------------------------------------------------------------------------------------------------


def test_a_stranger_sees_nothing_of_it(office: Office) -> None:
    url = office.check(messy.workbook(messy.entries(2)))
    stranger = office.desk.browser("stranger")
    assert "迁入台账" not in stranger.get("/").text
    assert stranger.get("/imports").status_code == 403
    assert stranger.get("/imports/new/enterprises").status_code == 403
    assert stranger.get("/imports/blank/enterprises.xlsx").status_code == 403
    for page in ("", "/columns", "/progress", "/marked.xlsx"):
        assert stranger.get(f"{url}{page}").status_code == 404
    for act in ("confirm", "drop", "undo", "columns"):
        assert stranger.post(f"{url}/{act}", data={"digest": office.row(url).digest}).status_code == 404
    assert office.row(url).state == "ready"


def test_people_are_for_the_administrator_and_enterprises_are_not(office: Office, admin: Office) -> None:
    assert office.browser.get("/imports/new/roster").status_code == 403
    assert admin.browser.get("/imports/new/roster").status_code == 200
    assert admin.browser.get("/imports/new/enterprises").status_code == 403
    url = office.check(messy.workbook(messy.entries(1)))
    assert admin.browser.get(url).status_code == 404


# -- Pairing -----------------------------------------------------------------------------------------------------------

PAIRS = ("包联企业", "包联领导", "包保干部", "包联单位", "开始日期")


def test_pairings_come_in_and_go_back(office: Office) -> None:
    rows = [["示例一号机械有限公司", "某leader", "某cadre、某reporter（区工信局）", None, date(2026, 3, 5)]]
    url = office.bring_in(messy.workbook(rows, PAIRS), "pairing")
    with office.desk.app.app_context():
        found = [(each.paired_as, each.person.name) for each in db.session.query(Pairing).order_by(Pairing.id)]
    assert found == [("cadre", "某cadre"), ("leader", "某leader"), ("cadre", "某reporter")]
    again = office.check(messy.workbook(rows, PAIRS), "pairing")
    assert (office.row(again).new, office.row(again).unchanged) == (0, 1)
    office.browser.post(f"{url}/undo")
    assert office.desk.count(Pairing) == 1


def test_no_cadre_gets_more_enterprises_by_a_file_than_the_district_allows(office: Office) -> None:
    office.bring_in(messy.workbook(messy.entries(1)))
    with office.desk.app.app_context():
        other = db.session.scalars(db.select(Enterprise.name).where(Enterprise.name != "示例一号机械有限公司")).one()
    rows = [
        ["示例一号机械有限公司", "某reporter", "某reporter", None, None],
        [other, "某reporter", "某reporter", None, None],
    ]
    office.desk.app.config["PAIRINGS_PER_CADRE"] = 1
    [error] = office.errors(office.check(messy.workbook(rows, PAIRS), "pairing"))
    assert "加上这一家是第 2 家，超过每名干部 1 家的上限" in error[3]
    office.desk.app.config["PAIRINGS_PER_CADRE"] = 2
    assert office.errors(office.check(messy.workbook(rows, PAIRS), "pairing")) == []


def test_a_cadre_whom_nobody_knows_or_two_could_be_is_asked_for(office: Office, desk: Desk) -> None:
    with desk.app.app_context():
        desk.world.person("stranger").name = "某cadre"
        db.session.commit()
    rows = [
        ["示例一号机械有限公司", None, "某cadre", None, None],
        ["示例一号机械有限公司", None, "赵无此人", None, None],
        ["没有的企业", None, "某handler", None, None],
        ["示例一号机械有限公司", None, "某handler", "区体育局", None],
        ["示例一号机械有限公司", None, None, None, None],
    ]
    url = office.check(messy.workbook(rows, PAIRS), "pairing")
    words = [message for _, _, _, message in office.errors(url)]
    assert words[0].startswith("有 2 位“某cadre”（某cadre（区商务局）、某cadre（区体育局））")
    assert words[1:] == [
        "人员名录里没有“赵无此人”，请先导入人员名册",
        "名录里没有这家企业，请先登记或者导入企业名录",
        "“某handler”不在“区体育局”；人员名录里有：某handler（基础设施保障组）",
        "包联领导、包联干部、首席服务官至少要填一位",
    ]


def messy_moment():  # type: ignore[no-untyped-def]
    """Some moment."""
    from helpdesk import clock

    return clock.now()
