"""What is wrong with a file or a cell is named with sheet, row, column and value, and nothing is guessed in silence."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest

from tests import messy
from tests.helpdesk.ledgers.conftest import Office
from tests.visitors import text_of

HEADINGS = ("企业名称", "统一社会信用代码", "联系人", "联系电话", "从业人员", "营业收入", "规上企业", "行业", "街道")
NAME = "长春示例1号机械有限公司"
ONE: list[Any] = [NAME, messy.code(1), "王示例", "13900000001", 10, 20.5, "是", "C", None]
PAIRS = ("企业名称", "包联干部", "开始日期")
PAIR: list[Any] = ["示例一号机械有限公司", "某handler", date(2026, 3, 5)]


def changed(row: list[Any], place: int, value: Any) -> list[Any]:
    """The row with another value in one place."""
    return [*row[:place], value, *row[place + 1 :]]


# -- Cells -------------------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("place", "value", "column", "shown", "says"),
    [
        (1, 912201050000000000.0, "统一社会信用代码", "9.1220105E+17", "Excel 把它当成了数字，只留下 15 位"),
        (1, "9.12201E+17", "统一社会信用代码", "9.12201E+17", "科学计数"),
        (1, "91220105MA", "统一社会信用代码", "91220105MA", "应为 18 位，现在是 10 位"),
        (1, 122010500000.0, "统一社会信用代码", "122010500000", "以 0 开头，可能被 Excel 去掉了"),
        (3, 43184610000.0, "联系电话", "43184610000", "开头的 0 丢了"),
        (3, "13900000001/13900000002", "联系电话", "13900000001/13900000002", "只留一个"),
        (3, "1390000", "联系电话", "1390000", "电话号码不对"),
        (3, date(2026, 3, 5), "联系电话", "2026-03-05", "存成了日期"),
        (2, None, "联系人", "", "要一起填"),
        (4, "约100", "从业人员", "约100", "这里要数字"),
        (4, "100人", "从业人员", "100人", "单位不要写在格子里"),
        (4, -3, "从业人员", "-3", "不能是负数"),
        (4, 1.5, "从业人员", "1.5", "整数"),
        (5, "1.2亿", "营业收入", "1.2亿", "单位不要写在格子里"),
        (6, "也许", "规上企业", "也许", "请填“是”或者“否”"),
        (7, "制造", "行业门类", "制造", "没有这个选项"),
        (8, "没有的街道", "街道、乡镇", "没有的街道", "没有这个街道或乡镇"),
        (0, "王", "企业名称", "王", "2 到 100 个字"),
        (0, None, "企业名称", "", "没有填写"),
        (0, "长春\x00示例", "企业名称", "长春0x00示例", "0x00"),
    ],
)
def test_a_wrong_cell_is_named(office: Office, place: int, value: Any, column: str, shown: str, says: str) -> None:
    nul = value == "长春\x00示例"  # Excel writes what XML cannot hold as _x0000_
    content = messy.workbook([changed(ONE, place, "REPLACEME" if nul else value)], HEADINGS)
    content = messy.replaced(content, "REPLACEME", "长春_x0000_示例") if nul else content
    url = office.check(content)
    row, label, found, message = office.errors(url)[0]
    assert (row, label, found) == (2, column, shown)
    assert says in message
    page = text_of(office.browser.get(url))
    assert "台账" in page
    assert message in page


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("3月5日", "没有写年份，系统不替您猜"),
        ("3.5", "没有写年份"),
        ("26.3.5", "年份要写四位"),
        ("45000", "Excel 的日期序号，它表示 2023-03-15"),
        (45000, "Excel 的日期序号，它表示 2023-03-15"),
        ("05/03/2026", "读不出日期"),
        ("2026.2.30", "没有这一天"),
        ("1026-03-05", "不在 1949 年到 2100 年之间"),
        ("去年", "读不出日期"),
    ],
)
def test_a_date_that_would_be_a_guess_is_refused_with_a_hint(office: Office, value: Any, says: str) -> None:
    url = office.check(messy.workbook([changed(PAIR, 2, value)], PAIRS), "pairing")
    (row, label, _, message) = office.errors(url)[0]
    assert (row, label) == (2, "开始日期")
    assert says in message


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "value",
    ["2026.3.5", "2026年3月5日", "2026/3/5", "20260305", "２０２６-０３-０５", date(2026, 3, 5), datetime(2026, 3, 5)],
)
def test_a_date_that_can_be_read_is_read_whatever_way_it_is_written(office: Office, value: Any) -> None:
    url = office.check(messy.workbook([changed(PAIR, 2, value)], PAIRS), "pairing")
    assert office.errors(url) == []
    assert "2026-03-05 起" in office.browser.get(url).text
    assert bool(office.told(url)) == isinstance(value, str)


@pytest.mark.databases("sqlite")
def test_merged_cells_are_named_and_not_filled_in(office: Office) -> None:
    rows = [*messy.entries(3)]
    rows[1][3] = rows[2][3] = None
    url = office.check(messy.workbook(rows, merged=["D2:D4"]))
    assert [(row, label) for row, label, _, _ in office.errors(url)] == [(3, "行业门类"), (4, "行业门类")]
    assert "这是合并单元格（D2:D4）的一部分" in office.errors(url)[0][3]
    assert messy.opened(office.browser.get(f"{url}/marked.xlsx").data)["台账"]["D2"].fill.fgColor.rgb == "FFF4B6B0"


@pytest.mark.databases("sqlite")
def test_a_formula_without_a_result_and_an_error_are_named(office: Office) -> None:
    rows = [*messy.entries(3)]
    rows[0][6], rows[1][6] = "=10+1", "#N/A"
    url = office.check(messy.workbook(rows))
    assert [(row, label) for row, label, _, _ in office.errors(url)] == [(2, "从业人员"), (3, "从业人员")]
    assert all("公式没有结果或者出错" in message for *_, message in office.errors(url))


@pytest.mark.databases("sqlite")
def test_codes_and_names_that_come_twice_are_named(office: Office) -> None:
    rows = [*messy.entries(3), messy.entries(1)[0], changed(messy.entries(1, first=9)[0], 2, messy.code(2))]
    url = office.check(messy.workbook(rows))
    found = [(row, label, message[:7]) for row, label, _, message in office.errors(url)]
    assert (5, "统一社会信用代码", "和第 2 行重") in found
    assert (5, "企业名称", "和第 2 行重") in found
    assert (6, "统一社会信用代码", "和第 3 行重") in found


@pytest.mark.databases("sqlite")
def test_what_contradicts_the_register_is_named(office: Office) -> None:
    office.bring_in(messy.workbook(messy.entries(2)))
    rows = [[NAME, messy.code(2)], ["长春示例2号机械有限公司", messy.code(5)], ["全新企业有限公司", None]]
    url = office.check(messy.workbook(rows, HEADINGS[:2]))
    assert [(row, label) for row, label, _, _ in office.errors(url)] == [(n, "统一社会信用代码") for n in (2, 3, 4)]
    words = [message for *_, message in office.errors(url)]
    assert "这个代码是“长春示例2号机械有限公司”的" in words[0]
    assert f"代码是 {messy.code(2)}，与文件不一致" in words[1]
    assert "确实没有的" in words[2]


# -- Sheets and columns ------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_the_sheet_that_fits_is_found_and_another_can_be_chosen(office: Office) -> None:
    content = messy.workbook(
        [["没有表头的一页"]], ("随便",), sheet="封面", more={"数据": [messy.HEADINGS, *messy.entries(2)]}
    )
    url = office.begin(content)
    assert '<option value="数据" selected' in office.browser.get(f"{url}/columns").text
    page = office.browser.get(f"{url}/columns?sheet=封面")
    assert "还没有指定“企业名称”是哪一列" in page.text
    answer = office.browser.post(f"{url}/columns", data={"sheet": "没有这一页", "heading": "1"})
    assert answer.status_code in (400, 422)


@pytest.mark.databases("sqlite")
def test_corrected_columns_are_remembered_for_files_with_these_headings(office: Office) -> None:
    headings = ("序号", "甲", "乙", "丙")
    rows = [[1, NAME, messy.code(1), "C"]]
    url = office.begin(messy.workbook(rows, headings))
    form = office.columns(url)
    refused = office.browser.post(f"{url}/columns", data=form)
    assert refused.status_code == 422
    assert "还没有指定“企业名称”是哪一列" in refused.text
    mine = {"column-1": "name", "column-2": "uscc", "column-3": "industry"}
    assert office.browser.post(f"{url}/columns", data=form | mine).status_code == 302
    office.confirm(url)
    office.work()
    later = office.begin(messy.workbook([[2, "长春示例2号机械有限公司", messy.code(2), "F"]], headings))
    assert {name: value for name, value in office.columns(later).items() if value in mine.values()} == mine


@pytest.mark.databases("sqlite")
def test_a_column_named_twice_is_refused(office: Office) -> None:
    url = office.begin(messy.workbook(messy.entries(1)))
    answer = office.browser.post(f"{url}/columns", data=office.columns(url) | {"column-0": "name"})
    assert "“企业名称”指定了两次" in answer.text


# -- Files -------------------------------------------------------------------------------------------------------------

GOOD = messy.workbook(messy.entries(1))
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600


def zipped(**parts: bytes) -> bytes:
    """A package of these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><sst>&lol2;</sst>'
FILES = [
    ("台账.xls", OLE, "旧格式（.xls）"),
    ("台账.xlsx", OLE, "只是改了扩展名"),
    ("台账.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "加了打开密码"),
    ("台账.pdf", b"%PDF-1.7", "这是 PDF"),
    ("台账.xlsx", b"%PDF-1.7 ...", "这是 PDF"),
    ("台账.xlsm", GOOD, "带宏的工作簿"),
    ("台账.xlsx", messy.with_part(GOOD, "xl/vbaProject.bin", b"x"), "有宏"),
    ("台账.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "内容是网页"),
    ("台账.xlsx", b"just words", "只是改了扩展名"),
    ("台账.xlsx", GOOD[:2000], "已经损坏"),
    ("台账.xlsx", zipped(a=b"1"), "不是 Excel 工作簿"),
    ("台账.csv", GOOD, "把扩展名改回 .xlsx"),
    ("台账.csv", "企业名称,代码\n甲\0,乙".encode(), "第 2 行含有 0x00"),
    ("台账.csv", b"\xff\xff\xff", "编码读不出来"),
    ("台账.docx", b"PK", "只收 .xlsx 和 .csv"),
    ("台账.xlsx", b"", "空文件"),
    ("台账.xlsx", messy.with_part(GOOD, "xl/sharedStrings.xml", BOMB), "DOCTYPE"),
    ("台账.xlsx", messy.with_part(GOOD, "xl/sharedStrings.xml", BOMB.decode().encode("utf-16")), "编码不是 UTF-8"),
]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("name", "content", "says"), FILES, ids=[f"{n}-{says}" for n, _, says in FILES])
def test_a_file_that_is_no_ledger_is_refused_in_words(office: Office, name: str, content: bytes, says: str) -> None:
    answer = office.send(content, name=name)
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.databases("sqlite")
def test_a_zip_bomb_is_refused_before_it_is_unpacked(office: Office) -> None:
    answer = office.send(messy.with_part(GOOD, "xl/worksheets/sheet9.xml", b"0" * (170 * 1024 * 1024)))
    assert answer.status_code == 422
    assert "解压以后过大" in answer.text


@pytest.mark.databases("sqlite")
def test_a_file_that_is_too_large_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert office.desk.app.config["MAX_CONTENT_LENGTH"] == 200 * 1024 * 1024
    office.desk.app.config["MAX_CONTENT_LENGTH"] = 300_000
    assert office.send(b"PK" + b"0" * 400_000).status_code == 413
    monkeypatch.setattr("helpdesk.files.MOST_BYTES", 100_000)
    answer = office.send(b"PK" + b"0" * 200_000)
    assert answer.status_code == 422
    assert "请压缩后再传" in answer.text


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_every_usual_encoding(office: Office, encoding: str) -> None:
    words = f"企业名称,统一社会信用代码,联系人,联系电话\r\n{NAME},{messy.code(1)},王䶮,13900000001\r\n"
    office.bring_in(words.encode(encoding), name="台账.csv")
    assert office.names()[1:] == [NAME]


@pytest.mark.databases("sqlite")
def test_a_marked_text_file_turns_nothing_into_a_formula(office: Office) -> None:
    url = office.check(f"企业名称,代码\n=1+1,{messy.code(1)[:-1]}".encode(), name="台账.csv")
    cell = messy.opened(office.browser.get(f"{url}/marked.xlsx").data)["数据"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
