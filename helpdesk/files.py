"""Uploaded files: judged by content, kept outside the web root, found again by a signed reference."""

import hashlib
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import filetype
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from helpdesk.pinyin import sounds
from workflows.engine import Missing

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 9
LONGEST_NAME = 100
CHUNK = 1024 * 1024
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
"""How Word, Excel and PowerPoint files of before 2007, and those of WPS, begin; so do installers."""

IMAGES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
}
SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What a browser may show in place; everything else is handed over as a download."""

KINDS_IN_WORDS = "图片、PDF、Word、Excel、PPT、WPS、OFD 和文本"


class FileRefused(Missing):
    """A file that is not taken; the message names it."""

    def __init__(self, message: str) -> None:
        super().__init__({"files": message})


@dataclass(frozen=True)
class Kept:
    """A file that has been taken; ``stored_as`` is its path below the folder of uploads, ``size`` is in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


# -- Which content an extension promises -------------------------------------------------------------------------------

Holds = Callable[[Path], bool]


def _begins_as_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _zip_with(inside: str) -> Holds:
    """A zip that holds this file or folder, and no macros."""

    def holds(path: Path) -> bool:
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, NotImplementedError):
            return False
        return any(name.startswith(inside) for name in names) and not any("vbaProject" in name for name in names)

    return holds


def _ole_with(*streams: str) -> Holds:
    """An old office file in which one of these streams is named."""

    def holds(path: Path) -> bool:
        content = path.read_bytes()
        return content.startswith(OLE) and any(stream.encode("utf-16-le") in content for stream in streams)

    return holds


def _is_text(path: Path) -> bool:
    content = path.read_bytes()
    if b"\0" in content or filetype.guess(content[:8192]) is not None:
        return False
    return any(_reads_as(content, encoding) for encoding in ("utf-8", "gb18030"))


def _reads_as(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


OFFICE = "application/vnd.openxmlformats-officedocument"
WORD, SHEET, SLIDES = _ole_with("WordDocument"), _ole_with("Workbook", "Book"), _ole_with("PowerPoint Document")
DOCUMENTS: dict[str, tuple[str, Holds]] = {
    "pdf": ("application/pdf", _begins_as_pdf),
    "docx": (f"{OFFICE}.wordprocessingml.document", _zip_with("word/")),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", _zip_with("xl/")),
    "pptx": (f"{OFFICE}.presentationml.presentation", _zip_with("ppt/")),
    "doc": ("application/msword", WORD),
    "xls": ("application/vnd.ms-excel", SHEET),
    "ppt": ("application/vnd.ms-powerpoint", SLIDES),
    "wps": ("application/vnd.ms-works", WORD),
    "et": ("application/vnd.ms-excel", SHEET),
    "ofd": ("application/ofd", _zip_with("OFD.xml")),
    "txt": ("text/plain", _is_text),
    "csv": ("text/csv", _is_text),
}
IMAGE_ENDINGS = frozenset({*IMAGES.values(), "jpeg", "heif"})
ACCEPT = ",".join(["image/*", *(f".{ending}" for ending in DOCUMENTS)])
"""For the file field of a page."""


# -- Taking a file -----------------------------------------------------------------------------------------------------


Judge = Callable[[str, str, Path], tuple[str, str]]
"""Looks inside a file that has arrived: name, ending and where it lies lead to name and media type, or to FileRefused."""


def keep(upload: FileStorage, upload_dir: str | Path, judge: Judge | None = None) -> Kept:
    """Take an uploaded file, or raise FileRefused. ``judge``: where other kinds are taken than beside problems."""
    name = clean_name(upload.filename or "")
    ending = name.rpartition(".")[2].lower()
    if judge is None and ending not in DOCUMENTS and ending not in IMAGE_ENDINGS:
        raise FileRefused(f"“{name}”不是允许的类型，可以上传{KINDS_IN_WORDS}")
    folder = Path(upload_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".arriving-") as arriving:
        sha256, size = _copy(upload.stream, arriving, name)
        name, media_type = (judge or _judged)(name, ending, Path(arriving.name))
        stored_as = f"{sha256[:2]}/{sha256}"
        _put(Path(arriving.name), folder / stored_as)
    return Kept(name, media_type, size, sha256, stored_as)


def clean_name(given: str) -> str:
    """The file's own name: no path, no invisible characters, not longer than a line, its ending kept."""
    name = unicodedata.normalize("NFC", given.replace("\\", "/").rpartition("/")[2])
    name = "".join(each for each in name if unicodedata.category(each)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "未命名"
    ending = ending[:10]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip() or '未命名'}.{ending}"


def _copy(source: IO[bytes], target: IO[bytes], name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise FileRefused(f"“{name}”超过 {MOST_BYTES // CHUNK} MB，请压缩后再传")
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    if not size:
        raise FileRefused(f"“{name}”是空文件，请重新选择")
    return digest.hexdigest(), size


def _judged(name: str, ending: str, path: Path) -> tuple[str, str]:
    """Name and media type after a look inside; a photo that goes by another photo's ending gets its own."""
    if ending in IMAGE_ENDINGS:
        media_type = filetype.guess_mime(str(path)) or ""
        if media_type not in IMAGES:
            raise FileRefused(f"“{name}”不是真正的图片，没有接收")
        return _with_ending(name, ending, media_type), media_type
    media_type, holds = DOCUMENTS[ending]
    if not holds(path):
        raise FileRefused(f"“{name}”的内容与扩展名不符，或者带有宏，没有接收")
    return name, media_type


def _with_ending(name: str, ending: str, media_type: str) -> str:
    fits = {IMAGES[media_type]} | ({"jpeg"} if media_type == "image/jpeg" else set())
    fits |= {"heif"} if media_type == "image/heic" else set()
    return name if ending in fits else f"{name[: -len(ending)]}{IMAGES[media_type]}"


def _put(arrived: Path, place: Path) -> None:
    """Under its own hash: the same content twice is one file, as young as the last upload."""
    if place.exists():
        place.touch()
        return
    place.parent.mkdir(exist_ok=True)
    os.link(arrived, place)
    place.chmod(0o640)


def path_of(stored_as: str, upload_dir: str | Path) -> Path:
    """Where a kept file lies."""
    return Path(upload_dir) / stored_as


def disposition(name: str, media_type: str) -> str:
    """Content-Disposition: pictures are shown in place, all else is a download; with a plain name for old programs."""
    kind = "inline" if media_type in SHOWN_INLINE else "attachment"
    return f"{kind}; filename=\"{_plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(name: str) -> str:
    letters = "".join(sounds(name))
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_. ") else "_" for each in letters)


def size_words(size: int) -> str:
    """A size in bytes, for people."""
    return f"{size / CHUNK:.1f} MB" if size >= CHUNK else f"{max(1, round(size / 1024))} KB"


# -- Files of a form that comes back -----------------------------------------------------------------------------------


class Shelf:
    """Where a form puts what was uploaded until its act is done; references are signed and good for one owner."""

    def __init__(self, upload_dir: str | Path, *, secret: str, owner: str) -> None:
        self.upload_dir = upload_dir
        self._signer = URLSafeSerializer(secret, salt=f"kept file of {owner}")

    def keep(self, upload: FileStorage) -> Kept:
        """Take an uploaded file, or raise FileRefused."""
        return keep(upload, self.upload_dir)

    def reference(self, kept: Kept) -> str:
        """What a page carries instead of the file."""
        return str(self._signer.dumps(asdict(kept)))

    def find(self, reference: str) -> Kept | None:
        """The file that was kept before, or None for a reference that is not ours."""
        try:
            kept = Kept(**self._signer.loads(reference))
        except (BadSignature, TypeError):
            return None
        return kept if path_of(kept.stored_as, self.upload_dir).exists() else None
