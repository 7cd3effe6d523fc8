"""An uploaded table before anything opens it: really a workbook or text, bounded when unpacked, no macros, no XML tricks."""

import codecs
import re
import zipfile
from pathlib import Path

from helpdesk.files import OLE, FileRefused

MB = 1024 * 1024
MOST_UNPACKED = 240 * MB
MOST_OF_A_PART = 160 * MB
MOST_PARTS = 2000
CHUNK = MB
SAVE_AS = "请在 Excel 或 WPS 里另存为“Excel 工作簿（.xlsx）”再上传"
CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
STRICT = b"http://purl.oclc.org/ooxml/"
MACROS = ("vbaproject", "macrosheets/", "vbadata")
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
OLD_KINDS = {
    "xls": f"这是旧格式（.xls），{SAVE_AS}",
    "et": f"这是 WPS 表格（.et），{SAVE_AS}",
    "xlsm": f"这是带宏的工作簿（.xlsm），没有接收；{SAVE_AS}（宏不会保留，数据不变）",
    "xlsb": f"这是二进制工作簿（.xlsb），{SAVE_AS}",
    "xltx": f"这是工作簿模板（.xltx），{SAVE_AS}",
    "ods": f"这是 ODS 表格，{SAVE_AS}",
    "pdf": "这是 PDF，读不出表格；请上传原来的 Excel 文件",
}


def judged(name: str, ending: str, path: Path) -> tuple[str, str]:
    """Name and media type of a file that may be opened; FileRefused says in the uploader's words why it may not."""
    if ending in OLD_KINDS:
        raise FileRefused(f"“{name}”：{OLD_KINDS[ending]}")
    if ending not in ("xlsx", "csv"):
        raise FileRefused(f"“{name}”不是台账文件，只收 .xlsx 和 .csv")
    with path.open("rb") as file:
        head = file.read(4096)
    complaint = _disguised(head, ending, path) or (_workbook(path) if ending == "xlsx" else _text(path))
    if complaint:
        raise FileRefused(f"“{name}”：{complaint}")
    return name, XLSX_TYPE if ending == "xlsx" else CSV_TYPE


def _disguised(head: bytes, ending: str, path: Path) -> str | None:
    """What the file really is, where its ending says something else."""
    if head.startswith(OLE):
        content = path.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "工作簿加了打开密码，读不出内容；请在 Excel 里取消密码再上传"
        return f"内容是旧格式（.xls），只是改了扩展名；{SAVE_AS}"
    if b"%PDF-" in head[:1024]:
        return OLD_KINDS["pdf"]
    if re.match(rb"\s*(<\?xml[^>]*>\s*)?(<!doctype html|<html|<table|<meta|<\?mso)", head, re.IGNORECASE):
        return f"内容是网页，只是改了扩展名；请用 Excel 打开，{SAVE_AS}"
    if ending == "csv" and head.startswith(b"PK"):
        return "内容是 Excel 工作簿，请把扩展名改回 .xlsx 再上传"
    if ending == "xlsx" and not head.startswith(b"PK"):
        return f"内容不是 Excel 工作簿，只是改了扩展名，或者文件已经损坏；{SAVE_AS}"
    return None


# -- A workbook --------------------------------------------------------------------------------------------------------


def _workbook(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return _inside(archive)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError, zipfile.zlib.error):  # type: ignore[attr-defined]
        return "文件已经损坏，或者没有传完，请在 Excel 里打开、另存以后再上传"


def _inside(archive: zipfile.ZipFile) -> str | None:
    members = archive.infolist()
    names = {each.filename for each in members}
    if len(members) > MOST_PARTS or sum(each.file_size for each in members) > MOST_UNPACKED:
        return f"解压以后过大（最多 {MOST_UNPACKED // MB} MB），没有接收；请只留下要导入的工作表，删掉多余的格式"
    if len(names) < len(members) or any(each.flag_bits & 1 for each in members):
        return "文件加了密，或者内部有重名的部分，没有接收"
    if any(wrong in name.lower() for name in names for wrong in MACROS):
        return f"工作簿里有宏，没有接收；{SAVE_AS}（宏不会保留，数据不变）"
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return "内容不是 Excel 工作簿，只是改了扩展名"
    return next(filter(None, (_part(archive, each) for each in members)), None)


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str | None:
    """Read a part to its end, a piece at a time: zipfile stops at its declared size, so that a false one is found."""
    if member.file_size > MOST_OF_A_PART:
        return f"“{member.filename}”解压以后过大，没有接收；请删掉多余的行和格式"
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail, first, is_main = b"", True, False
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            if is_xml and first and (chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in chunk[:200]):
                return "内部文件的编码不是 UTF-8，没有接收；请在 Excel 里另存以后再上传"
            seen = tail + chunk
            if is_xml and any(wrong in seen for wrong in FORBIDDEN):
                return "文件里有不允许的内容（DOCTYPE、ENTITY），没有接收"
            is_main = is_main or MAIN in seen
            tail, first = seen[-200:], False
    if member.filename == "[Content_Types].xml" and not is_main:
        return f"这不是普通的工作簿（可能带宏，或者是模板）；{SAVE_AS}"
    return None


# -- Text --------------------------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8-sig", "gb18030")


def _text(path: Path) -> str | None:
    content = path.read_bytes()
    if encoding_of(content) is None:
        return "文字编码读不出来；请在 Excel 里另存为“CSV UTF-8”或者 .xlsx 再上传"
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        return f"第 {line} 行含有 0x00 字符，文件可能已经损坏；请在 Excel 里另存以后再上传"
    return None


def encoding_of(content: bytes) -> str | None:
    """The encoding in which a text can be read: UTF-8, UTF-16 with its mark, or GB18030; None where it is none of them."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16" if _reads(content, "utf-16") else None
    return next((each for each in ENCODINGS if _reads(content, each)), None)


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
