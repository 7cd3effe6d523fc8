"""Lists as files from the command line and in other columns: the same rows, logged, and never half a file."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask.testing import FlaskCliRunner
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from helpdesk.audit.models import AuditEvent
from helpdesk.db import db
from helpdesk.ledgers import matching
from helpdesk.ledgers.catalogue import LEDGERS
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.line_sheet import LETTERS
from helpdesk.listings.models import Export
from helpdesk.listings.practice import PRACTICE
from tests.desk import Desk
from tests.lists import json_of, sheet_rows, workbook
from tests.visitors import at

LATER = at("2026-09-02 10:00")


@pytest.fixture
def runner(desk: Desk) -> FlaskCliRunner:
    """Whoever sits at the server."""
    desk.at("handling", title="厂区门前道路积水", urgency="urgent")
    desk.at("handling", title="=1+1", detail="控制符\x0b、<尖括号>、& 和 _x0041_ 都照原样，首尾的空格 ")
    desk.at("closed", title="食堂排队时间太长")
    return desk.app.test_cli_runner()


def export(runner: FlaskCliRunner, *args: str | Path) -> Result:
    return runner.invoke(args=["export", *map(str, args)])


def lines(file: Path, sheet: int = 0) -> list[tuple[Any, ...]]:
    return list(load_workbook(file).worksheets[sheet].iter_rows(min_row=4, values_only=True))


def log(desk: Desk) -> list[tuple[Any, ...]]:
    with desk.app.app_context():
        return [(each.listing, each.form, each.rows, each.person_id) for each in db.session.query(Export)]


def test_every_list_and_register_can_be_taken_out_by_its_name(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    names = [*LISTINGS, "people", "notices"]
    for name in names:
        who = ["--as", "reporter"] if name in ("mine", "notices") else []
        found = export(runner, name, tmp_path / f"{name}.xlsx", *who)
        assert found.exit_code == 0, found.output
        assert load_workbook(tmp_path / f"{name}.xlsx").worksheets[-1].title == "导出说明"
    assert [each[0] for each in log(desk)] == names


def test_at_the_server_it_is_the_whole_district_and_logged_as_that(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    assert export(runner, "problems", tmp_path / "a.xlsx", "--filter", "phase=all").exit_code == 0
    assert len(lines(tmp_path / "a.xlsx")) == 3
    assert log(desk) == [("problems", "xlsx", 3, None)]
    with desk.app.app_context():
        event = db.session.query(AuditEvent).filter_by(kind="export").one()
        assert (event.by_id, event.by_name) == (None, "服务器命令行")
        assert "3 行" in event.about


def test_for_somebody_it_is_what_he_sees(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    export(runner, "problems", tmp_path / "a.json", "--as", "stranger")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["count"] == 0
    export(runner, "problems", tmp_path / "b.json", "--as", "group_lead")
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["count"] == 2
    assert log(desk)[1] == ("problems", "json", 2, desk.world.people["group_lead"])
    assert "may not open overdue" in export(runner, "overdue", tmp_path / "c.json", "--as", "stranger").output
    assert "may not open" in export(runner, "problems", tmp_path / "c.json", "--as", "administrator").output
    assert not (tmp_path / "c.json").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("problems", "a.csv"), "must end in .xlsx or .json"),
        (("nothing", "a.xlsx"), "there is no list 'nothing'; there are: problems"),
        (("mine", "a.xlsx"), "say whose"),
        (("problems", "a.xlsx", "--as", "nobody"), "there is nobody with the login"),
        (("problems", "a.xlsx", "--filter", "colour=red"), "unknown filter colour"),
        (("problems", "a.xlsx", "--filter", "phase=half"), "not understood: phase"),
        (("overdue", "a.xlsx", "--form", "practice"), "has no form"),
        (("problems", "none/a.xlsx"), "cannot write"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written_or_logged(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    name, file, *more = args
    found = export(runner, name, tmp_path / file, *more)
    assert found.exit_code != 0
    assert words in found.output
    assert list(tmp_path.iterdir()) == []
    assert log(desk) == []


def test_text_of_any_kind_comes_out_as_it_was_typed(runner: FlaskCliRunner, tmp_path: Path) -> None:
    export(runner, "problems", tmp_path / "a.xlsx")
    cells = [value for line in lines(tmp_path / "a.xlsx") for value in line]
    assert "=1+1" in cells
    (detail,) = [each for each in cells if isinstance(each, str) and "尖括号" in each]
    assert unescape(detail).strip() == "控制符\x0b、<尖括号>、& 和 _x0041_ 都照原样，首尾的空格"


def test_the_overdue_list_has_a_sheet_for_every_unit(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    desk.at("reported")
    with time_machine.travel(LATER + (LATER - at("2026-08-20 10:00")), tick=False):
        assert export(runner, "overdue", tmp_path / "a.xlsx").exit_code == 0
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[:2] == ["逾期清单", "小计"]
    assert book.sheetnames[-1] == "导出说明"
    assert set(book.sheetnames[2:-1]) == {"基础设施保障组", "调度室"}
    whole = lines(tmp_path / "a.xlsx")
    parts = [lines(tmp_path / "a.xlsx", number) for number in range(2, len(book.sheetnames) - 1)]
    assert sorted(line[1:] for line in whole) == sorted(line[1:] for part in parts for line in part)
    assert [line[0] for line in parts[0]] == list(range(1, len(parts[0]) + 1))
    for sheet in book.worksheets[2:-1]:
        assert sheet.freeze_panes == "B4"
        assert sheet.auto_filter.ref.startswith("A3:")


def test_a_workbook_says_who_took_out_how_many_rows_of_what(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    export(runner, "problems", tmp_path / "a.xlsx", "--as", "supervisor", "--filter", "urgency=urgent")
    book = load_workbook(tmp_path / "a.xlsx")
    said = dict(book["导出说明"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert said["导出人"] == "某supervisor"
    assert (said["导出时间"], said["范围"], said["行数"]) == ("2026年9月1日 09:00", "紧急程度：紧急", 1)
    assert book.worksheets[0].oddFooter.left.text == "共 1 行"
    assert book.properties.description == "共 1 行"


# -- The columns of practice -------------------------------------------------------------------------------------------


def test_the_ledger_in_the_columns_of_practice_comes_from_the_same_page(desk: Desk, runner: FlaskCliRunner) -> None:
    client = desk.browser("supervisor")
    assert "导出 Excel（报送格式）" in client.get("/lists/problems").text
    assert "报送格式" not in client.get("/lists/overdue").text
    rows = sheet_rows(client, "problems", "?phase=all&form=practice")
    assert list(rows[0]) == [column.label for column in PRACTICE.file_columns]
    found = {row["问题标题"]: row for row in rows}
    done = found["食堂排队时间太长"]
    assert (done["后续解决状况"], done["满意度"], done["办结时间"]) == ("已销号", "满意", datetime(2026, 9, 1))
    assert done["办理结果"]
    assert found["厂区门前道路积水"]["办理部门"] == "基础设施保障组"
    assert "15000000625" not in str(rows), "telephones do not leave with it"
    assert workbook(client, "problems", "?form=practice").worksheets[0].title == "问题台账（报送格式）"
    assert json_of(client, "problems", "?phase=all&form=practice")["count"] == 3


def test_what_leaves_in_the_columns_of_practice_can_be_moved_in_elsewhere(runner: FlaskCliRunner) -> None:
    labels = [column.label for column in PRACTICE.file_columns]
    understood = matching.matched(LEDGERS["problems"], labels)
    assert {labels[place] for place in understood} == set(labels) - {"序号"}


def test_no_list_is_wider_than_a_line_can_be_written() -> None:
    assert max(len(listing.file_columns) for listing in LISTINGS.values()) < len(LETTERS)
