"""Blank workbooks, and workbooks of random rows that read back as what was written; the command line."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskCliRunner
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as some

from helpdesk.enterprises.models import INDUSTRIES
from helpdesk.ledgers import checking, matching, reading
from helpdesk.ledgers.blanks import blank_workbook
from helpdesk.ledgers.catalogue import LEDGERS
from helpdesk.ledgers.package import XLSX_TYPE, judged
from tests import messy
from tests.helpdesk.ledgers.conftest import Office

HAN = some.text(some.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=20)
MONEY = some.decimals(0, 10**9, places=2)
ENTRY = some.fixed_dictionaries(
    {
        "name": HAN,
        "industry": some.sampled_from(sorted(INDUSTRIES)),
        "address": HAN,
        "people": some.integers(0, 10**6),
        "revenue": MONEY,
        "assets": MONEY,
        "above_scale": some.booleans(),
        "contact_name": HAN,
        "contact_phone": some.integers(13000000000, 13999999999).map(str),
        "tags": some.lists(HAN, min_size=1, max_size=3, unique=True).map(tuple),
    }
)


def written(value: Any, choices: dict[str, tuple[str, ...]]) -> Any:
    """A value as somebody would type it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    return float(value) if isinstance(value, Decimal) else choices.get(value, (value,))[0] if choices else value


@tries(max_examples=60)
@given(some.lists(ENTRY, min_size=1, max_size=12, unique_by=lambda entry: entry["name"]))
def test_what_is_written_reads_back_as_the_same(entries: list[dict[str, Any]]) -> None:
    ledger = LEDGERS["enterprises"]
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("名录")
    names = ["uscc", *entries[0]]
    sheet.write_row(0, 0, [ledger.column(name).label for name in names])
    wanted = [entry | {"uscc": messy.code(number)} for number, entry in enumerate(entries)]
    for number, entry in enumerate(wanted, 1):
        for place, name in enumerate(names):
            sheet.write(number, place, written(entry[name], dict(ledger.column(name).choices)))
    book.close()
    path = Path("/tmp") / f"ledger-{id(file)}.xlsx"
    path.write_bytes(file.getvalue())
    try:
        assert judged("a.xlsx", "xlsx", path) == ("a.xlsx", XLSX_TYPE)
        found = reading.sheet(path, XLSX_TYPE, "名录")
    finally:
        path.unlink()
    checked = checking.check(ledger, found, matching.guess(ledger, found))
    assert [each for each in checked.remarks if each.wrong] == []
    assert [row.number for row in checked.rows] == list(range(2, len(wanted) + 2))
    assert [dict(row.values) for row in checked.rows] == wanted


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", sorted(LEDGERS))
def test_a_blank_workbook_has_what_one_needs_to_fill_it_in(office: Office, kind: str) -> None:
    ledger = LEDGERS[kind]
    with office.desk.app.app_context():
        book = messy.opened(blank_workbook(ledger))
    assert book.sheetnames[:2] == [ledger.title, "填表说明"]
    sheet = book[ledger.title]
    assert [cell.value.rstrip("*") for cell in sheet[1]] == ["序号", *(column.label for column in ledger.columns)]
    assert all(cell.comment for cell in sheet[1][1:])
    chosen = [column for column in ledger.columns if column.choices]
    assert len([each for each in sheet.data_validations.dataValidation if each.type == "list"]) >= len(chosen)
    assert sheet["A2"].value == "示例"
    assert book["选项"].sheet_state == "hidden"


@pytest.mark.databases("sqlite")
def test_a_blank_workbook_filled_in_is_taken_and_its_example_is_not(office: Office) -> None:
    book = messy.opened(office.browser.get("/imports/blank/enterprises.xlsx").data)
    sheet = book["企业名录"]
    sheet["B3"], sheet["C3"] = "长春示例1号机械有限公司", messy.code(1)
    url = office.check(messy.saved(book))
    assert office.errors(url) == []
    assert office.row(url).new == 1
    assert "示例行，没有导入" in office.told(url)


# -- The command line --------------------------------------------------------------------------------------------------


def test_the_command_line_rehearses_imports_and_refuses(office: Office, runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(messy.messy(3))
    rehearsed = runner.invoke(args=["import", "enterprises", str(path), "--dry-run", "--sheet", "台账"])
    assert rehearsed.exit_code == 0, rehearsed.output
    assert "预演：新增 3，变更 0，不变 0" in rehearsed.stdout
    assert len(office.names()) == 1
    done = runner.invoke(args=["import", "enterprises", str(path), "--sheet", "台账"])
    assert "已导入：新增 3，变更 0，不变 0" in done.stdout
    assert len(office.names()) == 4
    rows = messy.entries(2, first=7)
    rows[1][5] = "12"
    path.write_bytes(messy.workbook(rows))
    refused = runner.invoke(args=["import", "enterprises", str(path)])
    assert refused.exit_code == 1
    assert "错误：台账 F3 联系电话 “12” 电话号码不对" in refused.stderr
    assert len(office.names()) == 4
    assert runner.invoke(args=["import", "nothing", str(path)]).exit_code == 1


def test_cells_are_named_as_excel_names_them() -> None:
    assert [reading.letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert reading.address((4, 27)) == "AB5"
