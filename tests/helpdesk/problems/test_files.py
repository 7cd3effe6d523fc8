"""Uploaded files: what is taken, what is refused by name, and who may have it back."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from helpdesk.files import MOST_BYTES, FileRefused, Kept, Shelf, clean_name, keep, path_of
from helpdesk.problems.models import Attachment
from tests.desk import PNG, REPORT, Desk, errors_beside, open_desk, upload

EXE = b"MZ" + bytes(200)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb")


def zipped(*names: str) -> bytes:
    """A zip that holds these files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


def taken(name: str, content: bytes, folder: Path) -> Kept:
    """What became of an upload."""
    return keep(FileStorage(BytesIO(content), filename=name), folder)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Problems on the desk."""
    with open_desk(app) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("现场.png", PNG, "image/png"),
        ("现场.JPG", JPEG, "image/jpeg"),
        ("批复.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("说明.docx", zipped("[Content_Types].xml", "word/document.xml"), None),
        ("清单.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), None),
        ("汇报.pptx", zipped("ppt/presentation.xml"), None),
        ("公文.ofd", zipped("OFD.xml"), "application/ofd"),
        ("旧文.doc", OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
        ("旧表.et", OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        ("记录.txt", "雨后积水".encode("gb18030"), "text/plain"),
    ],
)
def test_photos_and_office_files_are_taken(tmp_path: Path, name: str, content: bytes, media_type: str | None) -> None:
    kept = taken(name, content, tmp_path)
    assert (kept.name, kept.size) == (name, len(content))
    assert media_type in (None, kept.media_type)
    assert path_of(kept.stored_as, tmp_path).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("发票.exe", EXE),
        ("网页.svg", b"<svg onload='x'/>"),
        ("没有扩展名", PNG),
        ("发票.pdf", EXE),
        ("发票.jpg", EXE),
        ("发票.jpg", b"<html><script>"),
        ("发票.docx", zipped("xl/workbook.xml")),
        ("发票.docx", PNG),
        ("宏.docx", zipped("word/document.xml", "word/vbaProject.bin")),
        ("安装.doc", OLE),
        ("程序.txt", EXE),
        ("空.pdf", b""),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(FileRefused, match=f"“{name}”"):
        taken(name, content, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="超过 20 MB"):
        taken("大.pdf", b"%PDF-" + bytes(MOST_BYTES), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_photo_under_another_photos_ending_gets_its_own(tmp_path: Path) -> None:
    assert taken("微信图片.png", JPEG, tmp_path).name == "微信图片.jpg"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("C:\\公文\\批复.pdf", "批复.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("发票\u202egpj.exe", "发票gpj.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        (".pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_kept_without_paths_and_tricks(given: str, name: str) -> None:
    assert clean_name(given) == name


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    first, second = taken("甲.png", PNG, tmp_path), taken("乙.png", PNG, tmp_path)
    assert first.stored_as == second.stored_as
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_reference_is_good_for_its_owner_alone(tmp_path: Path) -> None:
    mine = Shelf(tmp_path, secret="s", owner="person 1")
    reference = mine.reference(taken("甲.png", PNG, tmp_path))
    assert mine.find(reference) is not None
    assert Shelf(tmp_path, secret="s", owner="person 2").find(reference) is None
    assert mine.find(reference[:-2]) is None


def test_a_disguised_file_is_refused_beside_the_field_and_nothing_is_reported(desk: Desk) -> None:
    page = desk.browser("reporter").post(
        "/problems/new", data=REPORT | {"do": "report", "files": [upload("发票.pdf", EXE), upload("现场.png", PNG)]}
    )
    assert page.status_code == 422
    assert "“发票.pdf”" in errors_beside(page)["files"]
    assert "现场.png" in page.text, "the good one is kept"


def test_files_survive_a_form_that_comes_back(desk: Desk) -> None:
    browser = desk.browser("reporter")
    page = browser.post("/problems/new", data={"do": "report", "files": [upload("现场.png", PNG)]})
    reference = page.text.partition('name="files_kept" value="')[2].partition('"')[0]
    done = browser.post("/problems/new", data=REPORT | {"do": "report", "files_kept": reference})
    assert done.status_code == 302
    with desk.app.app_context():
        assert [file.name for file in Attachment.query.all()] == ["现场.png"]


def test_a_file_sent_again_with_the_form_is_not_doubled(desk: Desk) -> None:
    browser = desk.browser("reporter")
    page = browser.post("/problems/new", data={"do": "report", "files": [upload("现场.png", PNG)]})
    reference = page.text.partition('name="files_kept" value="')[2].partition('"')[0]
    again = {"do": "report", "files_kept": reference, "files": [upload("现场.png", PNG)]}
    browser.post("/problems/new", data=REPORT | again)
    assert desk.count(Attachment) == 1


def test_more_than_nine_files_at_a_time_are_too_many(desk: Desk) -> None:
    files = [upload(f"{number}.txt", str(number).encode()) for number in range(10)]
    page = desk.browser("reporter").post("/problems/new", data=REPORT | {"do": "report", "files": files})
    assert page.status_code == 422
    assert "最多 9 个" in errors_beside(page)["files"]


def reported_with(desk: Desk, name: str, content: bytes) -> str:
    """The address of a file that came with a report."""
    desk.browser("reporter").post("/problems/new", data=REPORT | {"do": "report", "files": [upload(name, content)]})
    with desk.app.app_context():
        return f"/files/{Attachment.query.one().id}"


def test_a_picture_is_shown_in_place_under_its_own_name(desk: Desk) -> None:
    url = reported_with(desk, "现场照片.png", PNG)
    with desk.browser("dispatcher").get(url) as answer:
        body = answer.data
    assert (answer.status_code, body, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("inline; filename=\"xianchangzhaopian.png\"; filename*=UTF-8''%E7%8E%B0")


def test_a_document_is_handed_over_as_a_download(desk: Desk) -> None:
    url = reported_with(desk, "批复.pdf", b"%PDF-1.7\n")
    with desk.browser("dispatcher").get(url) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("part", ["stranger", "other_lead", "administrator"])
def test_a_stranger_cannot_tell_that_a_file_exists(desk: Desk, part: str) -> None:
    url = reported_with(desk, "现场.png", PNG)
    assert desk.browser(part).get(url).status_code == 404
    assert desk.browser(part).get("/files/999").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_an_error_of_ours(desk: Desk) -> None:
    url = reported_with(desk, "现场.png", PNG)
    for path in Path(desk.app.config["UPLOAD_DIR"]).rglob("*"):
        if path.is_file():
            path.unlink()
    assert desk.browser("dispatcher").get(url).status_code == 404


def test_who_sent_too_much_finds_the_way_back_to_his_form(desk: Desk) -> None:
    problem_id = desk.at("handling")
    desk.app.config["MAX_CONTENT_LENGTH"] = 1000
    for url in ("/problems/new", f"/problems/{problem_id}/do/respond"):
        page = desk.browser("handler").post(url, data={"files": [upload("现场.png", PNG * 20)]})
        assert page.status_code == 413
        assert f'<a class="btn btn-primary" href="{url}">回到表单</a>' in page.text
    nowhere = desk.browser("handler").post("/notices/read", data={"files": [upload("现场.png", PNG * 20)]})
    assert nowhere.status_code == 413
    assert '<a class="btn btn-primary" href="/">' in nowhere.text
