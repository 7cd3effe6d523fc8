"""The register of enterprises: found, entered once, corrected, with contacts only some may call."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.enterprises.naming import initials_of
from helpdesk.org.models import Unit, UnitKind
from tests.desk import errors_beside
from tests.people import District
from tests.visitors import text_of, visitor
from tests.walking import Walker

CODE, OTHER_CODE = "91110000600037341L", "91110000710926094P"
ANSWERS = {
    "name": "长春宏达机械有限公司",
    "uscc": CODE,
    "industry": "C",
    "address": "示例路 1 号",
    "contact_name": "赵经理",
    "title": "办公室主任",
    "phone": "13800001234",
    "email": "zhao@example.org",
}
ONE_OPEN = re.compile(r'<td data-label="在办问题[^>]*>1</td>')
NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def all_names(app: Flask) -> set[str]:
    """The names in the register."""
    with app.app_context():
        return set(db.session.scalars(select(Enterprise.name)))


def add(app: Flask, *names: str) -> list[int]:
    """Enter enterprises that have nothing but a name."""
    with app.app_context():
        rows = [
            Enterprise(name=name, initials=initials_of(name), no_uscc_reason="演示数据", added_at=NOW) for name in names
        ]
        db.session.add_all(rows)
        db.session.commit()
        return [row.id for row in rows]


# -- Entering ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["dispatcher", "cadre", "reporter", "stranger"])
def test_cadres_and_the_dispatch_office_enter_enterprises(app: Flask, world: District, part: str) -> None:
    answer = visitor(app, world, part).post("/enterprises/new", data=ANSWERS)
    assert answer.status_code == 302
    with app.app_context():
        row = db.session.scalars(select(Enterprise).where(Enterprise.name == ANSWERS["name"])).one()
        assert (row.uscc, row.initials, row.industry, row.no_uscc_reason) == (CODE, "cchdjxyxgs", "C", None)
        contact = row.contacts[0]
        assert (contact.name, contact.phone, contact.email) == ("赵经理", "13800001234", "zhao@example.org")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["administrator", "handler", "supervisor", "chief"])
def test_others_do_not(app: Flask, world: District, part: str) -> None:
    client = visitor(app, world, part)
    assert client.get("/enterprises/new").status_code == 403
    assert client.post("/enterprises/new", data=ANSWERS).status_code == 403
    assert ANSWERS["name"] not in all_names(app)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"name": ""}, "请填写企业名称"),
        ({"name": "长"}, "请写 2 到 100 个字"),
        ({"uscc": ""}, "确实没有的，在下面写明原因"),
        ({"uscc": "", "no_uscc_reason": "无"}, "请写 4 到 100 个字"),
        ({"uscc": CODE[:-1] + "M"}, "校验位不对"),
        ({"industry": "Z"}, "“行业”没有这个选项，请重新选择"),
        ({"contact_name": ""}, "请填写联系人姓名"),
        ({"phone": "12"}, "电话号码不对"),
        ({"email": "nobody"}, "邮箱地址不对"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    app: Flask, world: District, wrong: dict[str, str], complaint: str
) -> None:
    page = visitor(app, world, "cadre").post("/enterprises/new", data=ANSWERS | wrong)
    assert page.status_code == 422
    assert complaint in text_of(page)
    kept = {name: value for name, value in (ANSWERS | wrong).items() if name != "industry"}
    for name, value in kept.items():
        assert not value or re.search(rf'name="{name}"[^>]* value="{value}"', page.text), name
    assert all_names(app) == {"示例一号机械有限公司"}


@pytest.mark.databases("sqlite")
def test_what_nobody_sees_is_not_counted_and_not_kept(app: Flask, world: District) -> None:
    cadre = visitor(app, world, "cadre")
    page = cadre.post("/enterprises/new", data=ANSWERS | {"name": "长\u200b\u202e"})
    assert "请写 2 到 100 个字" in text_of(page)
    cadre.post(
        "/enterprises/new", data=ANSWERS | {"name": "长春\u200b宏达\ufeff有限公司", "phone": "+86 138 0000 1234"}
    )
    with app.app_context():
        row = db.session.scalars(select(Enterprise).where(Enterprise.name == "长春宏达有限公司")).one()
        assert row.contacts[0].phone == "13800001234"


@pytest.mark.databases("sqlite")
def test_without_a_code_the_reason_is_kept(app: Flask, world: District) -> None:
    answers = ANSWERS | {"uscc": "", "no_uscc_reason": "营业执照正在办理"}
    page = visitor(app, world, "cadre").post("/enterprises/new", data=answers, follow_redirects=True)
    assert "暂无（营业执照正在办理）" in text_of(page)


@pytest.mark.parametrize(
    "again", [{"uscc": OTHER_CODE, "name": "长春 宏达机械有限公司"}, {"name": "长春宏达集团有限公司"}]
)
def test_the_same_enterprise_is_not_entered_twice(app: Flask, world: District, again: dict[str, str]) -> None:
    client = visitor(app, world, "cadre")
    first = client.post("/enterprises/new", data=ANSWERS)
    page = client.post("/enterprises/new", data=ANSWERS | again)
    assert page.status_code == 422
    assert "已经登记过了：长春宏达机械有限公司" in text_of(page)
    assert f'href="{first.location}"' in page.text
    assert len(all_names(app)) == 2


def test_two_who_enter_it_at_once_enter_it_once(app: Flask, world: District) -> None:
    from concurrent.futures import ThreadPoolExecutor

    clients = [visitor(app, world, part) for part in ("cadre", "reporter", "dispatcher", "stranger")]
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda client: client.post("/enterprises/new", data=ANSWERS).status_code, clients))
    assert sorted(codes) == [302, 422, 422, 422]


def test_the_paired_cadre_corrects_an_enterprise_and_a_stranger_does_not(app: Flask, world: District) -> None:
    url = f"/enterprises/{world.enterprise_id}/edit"
    answers = {"name": "示例一号机械集团有限公司", "uscc": CODE, "industry": "C", "address": "新址"}
    assert visitor(app, world, "stranger").post(url, data=answers).status_code == 403
    cadre = visitor(app, world, "cadre")
    assert "示例一号机械有限公司" in cadre.get(url).text
    page = cadre.post(url, data=answers, follow_redirects=True)
    assert "示例一号机械集团有限公司" in text_of(page)
    with app.app_context():
        row = db.session.get_one(Enterprise, world.enterprise_id)
        assert (row.uscc, row.no_uscc_reason, row.initials) == (CODE, None, "slyhjxjtyxgs")


def test_a_correction_may_not_take_the_name_of_another_enterprise(app: Flask, world: District) -> None:
    add(app, "长春宏达机械有限公司")
    answers = {"name": "长春宏达机械有限公司", "no_uscc_reason": "演示数据"}
    page = visitor(app, world, "dispatcher").post(f"/enterprises/{world.enterprise_id}/edit", data=answers)
    assert page.status_code == 422
    assert "已经登记过了" in text_of(page)
    assert "示例一号机械有限公司" in all_names(app)


# -- Finding -----------------------------------------------------------------------------------------------------------


def found(app: Flask, world: District, words: str, part: str = "reporter") -> list[str]:
    """What the picker offers."""
    answer = visitor(app, world, part).get("/enterprises/find.json", query_string={"q": words})
    assert answer.status_code == 200
    return [each["label"] for each in answer.json]


def test_the_picker_finds_by_name_code_and_initials(app: Flask, world: District) -> None:
    visitor(app, world, "cadre").post("/enterprises/new", data=ANSWERS)
    for words in ("宏达", "长春 机械", "9111000060", "hdjx", "CCHD", "宏达 jx"):
        assert found(app, world, words) == ["长春宏达机械有限公司"], words
    assert found(app, world, "") == found(app, world, "  ") == found(app, world, "没有这家") == []


@pytest.mark.databases("sqlite")
def test_the_picker_says_which_one_is_meant(app: Flask, world: District) -> None:
    visitor(app, world, "cadre").post("/enterprises/new", data=ANSWERS)
    answer = visitor(app, world, "reporter").get("/enterprises/find.json?q=hd").json[0]
    assert set(answer) == {"id", "label", "hint"}
    assert answer["hint"] == f"{CODE} · 示例路 1 号"


def test_the_picker_offers_ten_at_most_and_those_that_begin_so_first(app: Flask, world: District) -> None:
    add(app, *(f"吉林宏达{number}号有限公司" for number in "一二三四五六七八九十"), "宏达零号有限公司")
    offered = found(app, world, "宏达")
    assert len(offered) == 10
    assert offered[0] == "宏达零号有限公司"


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "hd%", "%宏"])
def test_signs_of_the_database_mean_nothing_to_the_picker(app: Flask, world: District, words: str) -> None:
    assert found(app, world, words) == []


def test_the_list_shows_cadres_and_counts_and_takes_no_query_per_row(app: Flask, world: District) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
    add(app, *(f"示例{number}号有限公司" for number in range(60)))
    client = visitor(app, world, "dispatcher")
    few, many = (
        queries_of(app, lambda: client.get("/lists/enterprises?q=机械")),
        queries_of(app, lambda: client.get("/lists/enterprises")),
    )
    assert many == few + 1  # how many there are in all, known without asking where one page holds them
    page = client.get("/lists/enterprises?q=机械").text
    row = next(row for row in page.split("<tr>") if "示例一号机械有限公司" in row)
    assert "某cadre" in row
    assert ONE_OPEN.search(row)


def queries_of(app: Flask, visit: object) -> int:
    """How many statements a visit takes."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    visit()  # type: ignore[operator]
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_list_turns_its_pages_and_keeps_its_filters(app: Flask, world: District) -> None:
    add(app, *(f"示例{number:02d}号有限公司" for number in range(60)))
    client = visitor(app, world, "dispatcher")
    first = client.get("/lists/enterprises?q=示例")
    assert "共 61 家" in text_of(first)
    assert "第 1 页，共 2 页" in text_of(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = client.get(following[1].replace("&amp;", "&"))
    assert second.text.count('data-label="企业名称"') == 11
    assert client.get("/lists/enterprises?page=99999999").status_code == 200
    assert client.get("/lists/enterprises?page=-1&cadre=x&industry=%27").status_code == 200


def test_the_list_is_narrowed_by_industry_and_cadre(app: Flask, world: District) -> None:
    add(app, "没有包保的有限公司")
    client = visitor(app, world, "cadre")
    assert "没有包保的" not in client.get("/lists/enterprises?cadre=mine").text
    assert "示例一号" not in client.get("/lists/enterprises?cadre=none").text
    assert "没有包保的" not in client.get(f"/lists/enterprises?cadre={world.people['cadre']}").text
    assert "没有包保的" not in client.get("/lists/enterprises?industry=C").text
    assert "没有包保的" in client.get("/lists/enterprises").text


# -- One enterprise ----------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("part", "in_full"),
    [
        ("dispatcher", True),
        ("supervisor", True),
        ("cadre", True),
        ("handler", True),
        ("group_lead", True),
        ("other_handler", False),
        ("other_lead", False),
        ("stranger", False),
        ("leader", False),
        ("administrator", False),
    ],
)
def test_telephones_are_for_those_who_have_to_call(app: Flask, world: District, part: str, in_full: bool) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
    page = visitor(app, world, part).get(f"/enterprises/{world.enterprise_id}").text
    assert ("查看号码" in page) is in_full
    assert ("王经理" if in_full else "王**") in page
    assert ("王经理" in page) is in_full
    assert "150****0625" in page
    assert "15000000625" not in page
    assert ("wang@example.org" in page) is in_full


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("part", "sees"),
    [
        ("dispatcher", True),
        ("cadre", True),
        ("reporter", True),
        ("handler", True),
        ("stranger", False),
        ("other_lead", False),
        ("administrator", False),
    ],
)
def test_the_page_lists_only_the_problems_the_reader_may_see(
    app: Flask, world: District, part: str, sees: bool
) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
    client = visitor(app, world, part)
    page = client.get(f"/enterprises/{world.enterprise_id}")
    assert ("厂区门前道路积水" in page.text) is sees
    if part == "administrator":
        assert client.get("/lists/enterprises").status_code == 403
        return
    counted = next(row for row in client.get("/lists/enterprises").text.split("<tr>") if "示例一号" in row)
    assert bool(ONE_OPEN.search(counted)) is sees


def test_contacts_are_added_and_changed_by_those_who_know_the_enterprise(app: Flask, world: District) -> None:
    base = f"/enterprises/{world.enterprise_id}"
    answers = {"contact_name": "钱经理", "phone": "0431-84610000", "title": "", "email": ""}
    assert visitor(app, world, "stranger").post(f"{base}/contacts/new", data=answers).status_code == 403
    cadre = visitor(app, world, "cadre")
    assert "钱经理" in text_of(cadre.post(f"{base}/contacts/new", data=answers, follow_redirects=True))
    with app.app_context():
        key = db.session.scalars(select(Contact.id).where(Contact.name == "钱经理")).one()
    assert "0431-84610000" in cadre.get(f"{base}/contacts/{key}/edit").text
    page = cadre.post(f"{base}/contacts/{key}/edit", data=answers | {"phone": "13800001234"}, follow_redirects=True)
    assert "138****1234" in text_of(page)
    assert "13800001234" in text_of(cadre.post(f"{base}/contacts/{key}/number"))
    assert visitor(app, world, "stranger").post(f"{base}/contacts/{key}/number").status_code == 403
    assert cadre.post(f"{base}/contacts/{key}/edit", data=answers | {"phone": ""}).status_code == 422


def test_a_contact_of_another_enterprise_is_not_found(app: Flask, world: District) -> None:
    other = add(app, "别家有限公司")[0]
    with app.app_context():
        key = db.session.scalars(select(Contact.id)).one()
    assert visitor(app, world, "dispatcher").get(f"/enterprises/{other}/contacts/{key}/edit").status_code == 404


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("key", ["999999", "99999999999999999999", "0", "x", "-1"])
def test_an_unknown_enterprise_is_not_found(app: Flask, world: District, key: str) -> None:
    client = visitor(app, world, "dispatcher")
    for page in ("", "/edit", "/contacts/new", "/pairings/new"):
        assert client.get(f"/enterprises/{key}{page}").status_code == 404, page


# -- Pairing -----------------------------------------------------------------------------------------------------------


def test_the_dispatch_office_pairs_and_the_cadre_then_sees_the_problems(app: Flask, world: District) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
    base, stranger = f"/enterprises/{world.enterprise_id}", visitor(app, world, "stranger")
    assert "厂区门前道路积水" not in stranger.get(base).text
    page = visitor(app, world, "dispatcher").post(
        f"{base}/pairings/new", data={"person": world.people["stranger"]}, follow_redirects=True
    )
    assert "某stranger" in text_of(page)
    assert "厂区门前道路积水" in stranger.get(base).text


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["cadre", "stranger", "supervisor", "administrator"])
def test_nobody_else_pairs(app: Flask, world: District, part: str) -> None:
    client, base = visitor(app, world, part), f"/enterprises/{world.enterprise_id}"
    assert client.get(f"{base}/pairings/new").status_code == 403
    assert client.post(f"{base}/pairings/new", data={"person": world.people[part]}).status_code == 403
    with app.app_context():
        key = db.session.scalars(select(Pairing.id)).one()
    assert client.post(f"{base}/pairings/{key}/end").status_code == 403


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("person", ["cadre", "administrator", "", "999999"])
def test_only_somebody_with_a_post_who_is_not_paired_yet_can_be_chosen(
    app: Flask, world: District, person: str
) -> None:
    chosen = str(world.people.get(person, person))
    page = visitor(app, world, "dispatcher").post(
        f"/enterprises/{world.enterprise_id}/pairings/new", data={"person": chosen}
    )
    assert page.status_code == 422
    [complaint] = errors_beside(page).values()
    assert re.search("[一-龥]", complaint), complaint


def test_a_pairing_that_ends_is_history_and_its_cadre_sees_nothing_more(app: Flask, world: District) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
        key = db.session.scalars(select(Pairing.id)).one()
    base, cadre = f"/enterprises/{world.enterprise_id}", visitor(app, world, "cadre")
    assert "厂区门前道路积水" in cadre.get(base).text
    page = visitor(app, world, "dispatcher").post(f"{base}/pairings/{key}/end", follow_redirects=True)
    assert "以前的包联" in text_of(page)
    assert "厂区门前道路积水" not in cadre.get(base).text
    assert visitor(app, world, "dispatcher").post(f"{base}/pairings/{key}/end").status_code == 409


def test_a_pairing_made_by_mistake_today_was_none_but_both_steps_are_told(app: Flask, world: District) -> None:
    base, dispatcher = f"/enterprises/{world.enterprise_id}", visitor(app, world, "dispatcher")
    dispatcher.post(f"{base}/pairings/new", data={"person": world.people["stranger"]})
    with app.app_context():
        key = db.session.scalars(select(Pairing.id).order_by(Pairing.id.desc())).first()
    page = text_of(dispatcher.post(f"{base}/pairings/{key}/end", follow_redirects=True))
    assert "以前的包联" not in page
    assert "安排包保干部 某stranger" in page
    assert "结束包保干部 某stranger的包联" in page
    with app.app_context():
        assert db.session.get(Pairing, key) is None


def test_the_day_a_pairing_ended_is_the_day_before(app: Flask, world: District) -> None:
    from helpdesk import clock

    with app.app_context():
        key = db.session.scalars(select(Pairing.id)).one()
    visitor(app, world, "dispatcher").post(f"/enterprises/{world.enterprise_id}/pairings/{key}/end")
    with app.app_context():
        ended: date | None = db.session.get_one(Pairing, key).until_on
        assert ended == clock.today() - timedelta(days=1)


# -- Streets -----------------------------------------------------------------------------------------------------------


def test_an_enterprise_gets_its_street_and_is_found_by_it(app: Flask, world: District) -> None:
    with app.app_context():
        street = Unit(name="晨光街道", kind=UnitKind.STREET)
        db.session.add(street)
        db.session.commit()
        key = street.id
    client = visitor(app, world, "dispatcher")
    assert client.post("/enterprises/new", data=ANSWERS | {"street_id": str(key)}).status_code == 302
    with app.app_context():
        row = db.session.scalars(select(Enterprise).where(Enterprise.name == ANSWERS["name"])).one()
        assert (row.street_id, row.street.name if row.street else "") == (key, "晨光街道")
        enterprise_id = row.id
    assert "晨光街道" in text_of(client.get(f"/enterprises/{enterprise_id}"))
    assert ANSWERS["name"] in client.get(f"/lists/enterprises?street={key}").text
    assert ANSWERS["name"] not in client.get("/lists/enterprises?street=none").text
    rows = client.get(f"/lists/enterprises.json?street={key}", buffered=True).get_json()["rows"]
    assert [(each["name"], each["street"]) for each in rows] == [(ANSWERS["name"], "晨光街道")]
    page = client.get(f"/enterprises/{enterprise_id}/edit").text
    assert re.search(rf'<option[^>]*selected[^>]*value="{key}"|<option[^>]*value="{key}"[^>]*selected', page)


def test_a_street_that_is_none_is_refused(app: Flask, world: District) -> None:
    wrong = str(world.units["区商务局"])
    answer = visitor(app, world, "dispatcher").post("/enterprises/new", data=ANSWERS | {"street_id": wrong})
    assert answer.status_code == 422
    assert ANSWERS["name"] not in all_names(app)
