"""Handing a kept file out: pictures are shown in place, everything else is a download under its own name."""

import logging
from urllib.parse import quote

from flask import Response, current_app, send_file
from pypinyin import lazy_pinyin

from helpdesk.files import SHOWN_INLINE, path_of
from helpdesk.problems.models import Attachment

log = logging.getLogger(__name__)


def file_response(file: Attachment) -> Response | None:
    """The answer that carries the file; None when it is not on this machine's disk."""
    path = path_of(file.stored_as, current_app.config["UPLOAD_DIR"])
    if not path.is_file():
        log.error("attachment %s is missing: %s", file.id, path)
        return None
    response = send_file(path, mimetype=file.media_type, conditional=True)
    kind = "inline" if file.media_type in SHOWN_INLINE else "attachment"
    response.headers["Content-Disposition"] = (
        f"{kind}; filename=\"{_plain_name(file.name)}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _plain_name(name: str) -> str:
    """The name in pinyin, for programs that read nothing else."""
    letters = "".join(lazy_pinyin(name))
    return "".join(each if each.isascii() and (each.isalnum() or each in "-_. ") else "_" for each in letters)
