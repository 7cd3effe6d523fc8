"""A district's ledger comes in through a real browser: uploaded, columns looked at, every cell checked, previewed, imported, taken back.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from helpdesk import clock
from helpdesk.ledgers import importing
from tests import messy
from tests.browser.test_main_journey import Office
from tests.conftest import LiveServer
from tests.people import found_district
from tests.visitors import give_password

pytestmark = pytest.mark.browser

FIRMS, WRONG = 30, "３月５日"


@pytest.fixture
def office(live_server: LiveServer, browser: Browser) -> Office:
    """The dispatch office of a small district."""
    with live_server.app.app_context():
        world = found_district()
    give_password(live_server.app, world, "dispatcher")
    return Office(live_server, browser, world)


def work(office: Office) -> None:
    """The job does its part, as the scheduler would have it."""
    with office.server.app.app_context():
        importing.work(clock.now(), by="test")


def sent(office: Office, page: Page, kind: str, path: Path) -> None:
    """Choose the file, look at the columns, have every cell checked."""
    page.goto(f"{office.server.url}/imports/new/{kind}")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", name="核对列")).to_be_visible()
    office.look(page, f"{kind}-columns")
    page.get_by_role("button", name="检查每一格").click()
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()  # a small file is checked at once


def accessible(page: Page) -> None:
    """What axe finds is nothing."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_a_messy_workbook_comes_in_and_goes_back_and_the_page_follows_by_itself(office: Office, tmp_path: Path) -> None:
    book = tmp_path / "企业台账.xlsx"
    book.write_bytes(messy.messy(FIRMS))
    page = office.window("dispatcher")
    sent(office, page, "enterprises", book)
    confirm = page.get_by_role("button", name=f"导入 {FIRMS} 行")
    expect(confirm).to_be_visible()
    expect(page.get_by_text("全角数字或字母已改为半角")).to_be_visible()
    office.look(page, "preview")
    accessible(page)
    confirm.click()
    expect(page.locator("#progress")).to_be_visible()
    work(office)  # nobody presses anything: the page asks by itself
    undo = page.get_by_role("button", name="撤销这次导入")
    expect(undo).to_be_visible()
    office.look(page, "done")
    page.goto(f"{office.server.url}/lists/enterprises?q=长春示例7号")
    expect(page.get_by_role("link", name="长春示例7号机械有限公司")).to_be_visible()
    page.go_back()
    undo.click()
    expect(page.get_by_text("已撤销").first).to_be_visible()
    page.goto(f"{office.server.url}/lists/enterprises?q=长春示例7号")
    expect(page.get_by_text("没有符合条件的企业")).to_be_visible()


def test_a_wrong_cell_is_named_and_nothing_comes_in(office: Office, tmp_path: Path) -> None:
    book = tmp_path / "包联.xlsx"
    firm = "示例一号机械有限公司"
    book.write_bytes(
        messy.workbook(
            [[firm, "某handler", date(2026, 3, 5)], [firm, "某reporter", WRONG]], ("企业名称", "包联干部", "开始日期")
        )
    )
    page = office.window("dispatcher")
    sent(office, page, "pairing", book)
    expect(page.get_by_text(WRONG).first).to_be_visible()
    expect(page.get_by_text("C3").first).to_be_visible()
    office.look(page, "wrong")
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出错误的文件").click()
    marked = messy.opened(Path(download.value.path()).read_bytes())
    assert marked["台账"]["C3"].comment
    page.goto(f"{office.server.url}/lists/pairing?q=示例一号")
    expect(page.get_by_text("某handler")).to_have_count(0)
