"""An uploaded Word file before anything opens it: bounded when unpacked, no macros, nothing fetched from elsewhere."""

import re
import zipfile
from io import BytesIO

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 24 * 1024 * 1024
MOST_TEXT = 3 * 1024 * 1024  # of one part that holds text
MOST_PARTS = 300
DOCUMENT = "word/document.xml"
MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HOLDS_MORE = ("vbaProject", "vbaData", "word/activeX/", "word/embeddings/", "customUI/")
FETCHED = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
MB = 1024 * 1024


def complaint(content: bytes, file_name: str) -> str | None:
    """Why this file is not taken as a template, in the words of whoever uploads it; None where it may be opened."""
    if not file_name.lower().endswith(".docx"):
        return "只能上传 .docx 文件；.doc、.wps、.docm、.dotx 请先在 Word 里另存为“Word 文档（.docx）”"
    if not content:
        return "这是空文件，请重新选择"
    if len(content) > MOST_BYTES:
        return f"文件超过 {MOST_BYTES // MB} MB；模板里一般不需要大图片，请压缩图片后再传"
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _inside(archive)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError):
        return "文件已经损坏，或者不是真正的 Word 文档，没有接收"


def _inside(archive: zipfile.ZipFile) -> str | None:
    members = archive.infolist()
    names = {each.filename for each in members}
    if len(members) > MOST_PARTS or sum(each.file_size for each in members) > MOST_UNPACKED:
        return f"文件解压以后过大（最多 {MOST_UNPACKED // MB} MB、{MOST_PARTS} 个部分），没有接收"
    if len(names) < len(members) or any(each.flag_bits & 1 for each in members):
        return "文件加了密，或者内部有重名的部分，没有接收"
    if any(wrong in name for name in names for wrong in HOLDS_MORE):
        return "文件带有宏、控件或者嵌入的对象，没有接收；请在 Word 里去掉以后再传"
    if DOCUMENT not in names or "[Content_Types].xml" not in names:
        return "这不是 Word 文档，没有接收"
    return _texts(archive, members)


def _texts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str | None:
    """What the parts say; reading stops at their declared size, so that a false one is a damaged file."""
    for each in members:
        if not each.filename.endswith((".xml", ".rels")):
            archive.read(each)
            continue
        if each.file_size > MOST_TEXT:
            return f"模板的文字部分超过 {MOST_TEXT // MB} MB，没有接收；请用默认模板修改，不要粘贴大量内容"
        text = archive.read(each)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            return "文件里有不允许的内容（DOCTYPE），没有接收"
        if each.filename.endswith(".rels") and any(b"/hyperlink" not in found for found in FETCHED.findall(text)):
            return "文件要从别处取用图片、模板或者对象，没有接收；请在 Word 里改为嵌入"
        if each.filename == "[Content_Types].xml" and MAIN not in text:
            return "这不是普通的 Word 文档（可能是模板 .dotx 或者带宏的 .docm），请另存为 .docx 再传"
    return None
