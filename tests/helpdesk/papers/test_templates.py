"""公文模板: what is wrong with an uploaded one is named with its place, the old one stays, and all of it is on record."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from helpdesk.audit.models import AuditEvent
from helpdesk.db import db
from helpdesk.org.models import Duty, Post
from helpdesk.papers.catalogue import ASSIGNMENT, PAPERS
from helpdesk.papers.checking import complaints
from helpdesk.papers.defaults import default_template
from helpdesk.papers.filling import fill, join
from helpdesk.papers.models import PaperTemplate
from helpdesk.papers.terms import Field, Shape, samples
from tests.desk import Desk
from tests.papers import cells, opened, texts
from tests.people import LONG_AGO

PAGE = "/papers/templates/assignment"


def changed(change: Callable[[Any], None], paper: str = "assignment") -> bytes:
    """The default template, changed as somebody would in Word."""
    document = Document(BytesIO(default_template(paper)))
    change(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def saying(words: str) -> bytes:
    """The default template with one more paragraph."""
    return changed(lambda document: document.add_paragraph(words))


def repacked(change: dict[str, bytes], paper: str = "assignment") -> bytes:
    """The default template with some parts of its zip replaced or added."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(default_template(paper))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return file.getvalue()


def send(
    desk: Desk, content: bytes, *, part: str = "dispatch_lead", name: str = "模板.docx", seen: int = 0
) -> TestResponse:
    data = {"file": (BytesIO(content), name), "reason": "按新的发文格式调整", "seen": str(seen)}
    return desk.browser(part).post(PAGE, data=data, content_type="multipart/form-data")


# -- Judging -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAPERS)
def test_what_comes_with_the_program_can_be_uploaded_as_it_is(name: str) -> None:
    assert complaints(default_template(name), "模板.docx", PAPERS[name]) == []


def test_a_field_that_does_not_exist_is_named_with_its_paragraph_and_the_likely_one() -> None:
    [said] = complaints(saying("企业：{{ enterprize }}"), "a.docx", ASSIGNMENT)
    assert re.search(r"第 \d+ 段（“企业：\{\{ enterprize \}\}”）", said)
    assert "没有“enterprize”这个字段" in said
    assert "是不是“enterprise”" in said


def test_a_wrong_field_in_a_table_and_in_a_header_are_found_where_they_stand() -> None:
    def spoil(document: Any) -> None:
        document.tables[0].rows[2].cells[1].paragraphs[0].runs[0].text = "{{ titel }}"
        document.sections[0].header.paragraphs[0].text = "{{ heading_of_office }}"

    said = complaints(changed(spoil), "a.docx", ASSIGNMENT)
    assert any(each.startswith("第 1 个表格第 3 行第 2 格") and "“titel”" in each for each in said)
    assert any(each.startswith("页眉") and "“heading_of_office”" in each for each in said)


def test_a_field_of_a_row_is_looked_for_in_the_row() -> None:
    def spoil(document: Any) -> None:
        document.tables[1].rows[2].cells[0].paragraphs[0].runs[0].text = "{{ each.legg }}"

    [said] = complaints(changed(spoil), "a.docx", ASSIGNMENT)
    assert said.startswith("第 2 个表格第 3 行第 1 格")
    assert "“时限”里没有“legg”这个字段，是不是“leg”" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("{{ title", "没有配对"),
        ("title }}", "没有配对"),
        ("{%p if title %}", "没有与 endfor、endif 配对"),
        ("{%p endfor %}", "没有与 endfor、endif 配对"),
        ("{{ title title }}", "写法有误"),
        ("{{ title.__class__ }}", "没有“__class__”这个字段"),
        ("{{ ''.__class__.__mro__ }}", "只能写字段的名称"),
        ("{{ title|attr('__class__') }}", "没有“attr”这种处理方式"),
        ("{{ title.upper() }}", "不支持的写法"),
        ("{{ range(10**9) }}", "不支持的写法"),
        ("{{ 'x' * 1000000000 }}", "不支持的写法"),
        ("{% set a = title %}", "不支持的写法"),
        ("{% include 'base.html' %}", "不支持的写法"),
        ("{% macro m() %}{% endmacro %}", "不支持的写法"),
        ("{% for a in title %}{{ a }}{% endfor %}", "in 后面只能是清单类的字段"),
        ("{% for a in limits %}{% for b in limits %}{{ b.leg }}{% endfor %}{% endfor %}", "已经在外面循环了一遍"),
        ("{{r title }}", "不要加 r"),
        ("{{ config }}", "没有“config”这个字段"),
        ("{{ self }}", "没有“self”这个字段"),
        ("{% if title is callable %}x{% endif %}", "没有“callable”这种判断"),
    ],
)
def test_what_is_no_field_no_loop_and_no_condition_is_refused(words: str, why: str) -> None:
    said = complaints(saying(words), "a.docx", ASSIGNMENT)
    assert any(why in each for each in said), said


def test_a_tag_that_word_has_torn_apart_and_dressed_with_its_own_quotes_is_understood() -> None:
    def tear(document: Any) -> None:
        paragraph = document.add_paragraph("{")
        for piece in ("{ ti", "tle }", "}", "{% if act == “交办” %}", "！{% endif %}"):
            paragraph.add_run(piece)

    content = changed(tear)
    assert complaints(content, "a.docx", ASSIGNMENT) == []
    assert "厂区门前道路积水！" in texts(fill(content, samples(ASSIGNMENT.fields)))


RELS = "word/_rels/document.xml.rels"


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.docx", "空文件"),
        (b"PK\x03\x04 nothing", "a.docx", "损坏"),
        (default_template("assignment"), "a.docm", "只能上传 .docx"),
        (default_template("assignment"), "a.doc", "只能上传 .docx"),
        (default_template("assignment")[:-300], "a.docx", "损坏"),
        (repacked({"word/vbaProject.bin": b"macro"}), "a.docx", "宏"),
        (repacked({"word/embeddings/oleObject1.bin": b"x"}), "a.docx", "嵌入"),
        (repacked({f"word/{n}.xml": b"<a/>" for n in range(400)}), "a.docx", "解压以后过大"),
        (repacked({"word/media/bomb.bin": b"\0" * 30_000_000}), "a.docx", "解压以后过大"),
        (repacked({"word/document.xml": b" " * 4_000_000}), "a.docx", "文字部分超过"),
        (repacked({"word/footnotes.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "a.docx", "DOCTYPE"),
        (
            repacked(
                {
                    "word/_rels/settings.xml.rels": b'<Relationships><Relationship Id="r1" Type="x/attachedTemplate" '
                    b'Target="http://elsewhere/t.dotm" TargetMode="External"/></Relationships>'
                }
            ),
            "a.docx",
            "从别处取用",
        ),
        (repacked({"word/document.xml": b"<w:document"}), "a.docx", "打不开"),
    ],
)
def test_what_is_no_plain_word_file_is_refused_before_anything_opens_it(content: bytes, name: str, why: str) -> None:
    [said] = complaints(content, name, ASSIGNMENT)
    assert why in said


def test_too_large_a_file_is_refused() -> None:
    [said] = complaints(b"PK" + b"x" * 3_000_000, "a.docx", ASSIGNMENT)
    assert "超过 2 MB" in said


# -- In its place ------------------------------------------------------------------------------------------------------


def test_a_template_of_the_office_is_used_from_then_on_until_the_default_comes_back(desk: Desk) -> None:
    key = desk.at("assigned")
    assert send(desk, saying("本单一式两份。")).status_code == 302
    page = desk.browser("dispatcher").get(f"/problems/{key}").text
    papers = re.findall(r'href="(/problems/\d+/papers/assignment-\d+\.docx)"', page)
    assert "本单一式两份。" in texts(desk.browser("dispatcher").get(papers[0], buffered=True).data)
    client = desk.browser("dispatch_lead")
    assert client.post(f"{PAGE}/restore", data={"seen": "1"}).status_code == 302
    assert "本单一式两份。" not in texts(desk.browser("dispatcher").get(papers[0], buffered=True).data)
    page = client.get(PAGE).text
    assert "恢复默认模板" in page
    assert "本单一式两份。" in "".join(texts(client.get(f"{PAGE}/v1.docx", buffered=True).data))
    assert client.get(f"{PAGE}/v2.docx").status_code == 404
    with desk.app.app_context():
        assert [each.number for each in db.session.query(PaperTemplate).order_by(PaperTemplate.number)] == [1, 2]
        events = db.session.query(AuditEvent).filter_by(kind="template_replaced").order_by(AuditEvent.id).all()
        assert [each.about for each in events] == ["交办单", "交办单"]


def test_a_wrong_template_changes_nothing_and_says_why(desk: Desk) -> None:
    send(desk, saying("第一版"))
    answer = send(desk, saying("{{ nonsense }}"), seen=1)
    assert answer.status_code == 422
    assert "没有“nonsense”这个字段" in answer.text
    assert "现在用的模板不变" in answer.text
    assert 'value="按新的发文格式调整"' in answer.text
    assert desk.count(PaperTemplate) == 1


def test_of_two_who_replace_it_at_once_one_is_told(desk: Desk) -> None:
    assert send(desk, saying("一"), seen=0).status_code == 302
    answer = send(desk, saying("二"), seen=0)
    assert answer.status_code == 409
    assert desk.count(PaperTemplate) == 1


def test_restoring_what_is_the_default_already_is_refused(desk: Desk) -> None:
    assert desk.browser("dispatch_lead").post(f"{PAGE}/restore", data={"seen": "0"}).status_code == 409


def test_only_the_heads_of_the_two_offices_replace_templates(desk: Desk) -> None:
    for part in (
        "dispatcher",
        "group_lead",
        "handler",
        "leader",
        "chief",
        "supervisor",
        "reporter",
        "stranger",
        "administrator",
    ):
        assert send(desk, saying("x"), part=part).status_code == 403, part
        assert desk.browser(part).post(f"{PAGE}/restore", data={"seen": "0"}).status_code == 403, part
        assert "检查并更换" not in desk.browser(part).get(PAGE).text, part
    with desk.app.app_context():
        unit = desk.world.units["督查考核办公室"]
        db.session.add(Post(person_id=desk.world.people["supervisor"], unit_id=unit, duty=Duty.LEAD, from_on=LONG_AGO))
        db.session.commit()
    assert send(desk, saying("x"), part="supervisor").status_code == 302


def test_administrators_do_not_read_templates_and_all_others_do(desk: Desk) -> None:
    for address in ("/papers/templates", PAGE, f"{PAGE}/in-force.docx", f"{PAGE}/sample.docx", f"{PAGE}/v0.docx"):
        assert desk.browser("stranger").get(address, buffered=True).status_code == 200, address
        assert desk.browser("administrator").get(address).status_code == 403, address
        assert desk.app.test_client().get(address).status_code == 302, address
    assert desk.browser("dispatcher").get("/papers/templates/nothing").status_code == 404


def test_every_field_stands_on_the_page_with_its_meaning(desk: Desk) -> None:
    client = desk.browser("dispatcher")
    for name, paper in PAPERS.items():
        page = client.get(f"/papers/templates/{name}").text
        for field in paper.fields:
            assert field.name in page
            assert field.label in page


# -- Facts of all sorts ------------------------------------------------------------------------------------------------

STRANGE = ["R&D <b>", "《办法》“引号”", "😀𠮷", "a\0b\x01\x0b\x1f", "{{ title }}", "]]>", "\ud800", "一\n二"]
ODD = st.text(max_size=60) | st.sampled_from(STRANGE)


def facts_of(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    def value(field: Field) -> st.SearchStrategy[Any]:
        if field.shape is Shape.TEXT:
            return ODD | st.none() | st.dates() | st.integers()
        if field.shape is Shape.LINES:
            return st.lists(ODD, max_size=3)
        if field.shape is Shape.ROWS:
            return st.lists(facts_of(field.holds), max_size=3)
        grid = st.lists(st.lists(ODD, min_size=2, max_size=2), max_size=3)
        return st.fixed_dictionaries({"columns": st.just(["甲", "乙"]), "rows": grid})

    return st.fixed_dictionaries({field.name: value(field) for field in fields})


@pytest.mark.parametrize("name", PAPERS)
def test_whatever_the_facts_are_the_paper_opens(name: str) -> None:
    @settings(max_examples=12)
    @given(facts=facts_of(PAPERS[name].fields))
    def opens(facts: dict[str, Any]) -> None:
        made = fill(default_template(name), facts)
        opened(join([made, fill(default_template(name), facts)]))

    opens()


def test_odd_characters_come_out_as_they_were_written_but_for_those_nobody_sees() -> None:
    facts = samples(ASSIGNMENT.fields) | {
        "title": "R&D <试验>《办法》😀a\0b",
        "detail": "第一段\n\n第二段",
        "wish": "{{ number }}",
    }
    form = cells(fill(default_template("assignment"), facts))
    assert form["问题标题"] == "R&D <试验>《办法》😀ab"
    assert form["问题情况"] == "第一段\n第二段"
    assert form["企业期望"] == "{{ number }}"
