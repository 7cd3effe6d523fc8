"""Reading Word files back: their texts in order, their measures, and whether a program that reads them would open them."""

import zipfile
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient


def opened(content: bytes) -> Any:
    """The file as a document; it fails where the file is damaged."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
    return Document(BytesIO(content))


def texts(content: bytes) -> list[str]:
    """The text of every paragraph of the body in order, those in tables too."""
    body = opened(content).element.body
    found = ("".join(each.text or "" for each in paragraph.iter(qn("w:t"))) for paragraph in body.iter(qn("w:p")))
    return [text for text in found if text]


def cells(content: bytes) -> dict[str, str]:
    """Labels and values of the forms in a paper."""
    found: dict[str, str] = {}
    for table in opened(content).tables:
        for row in table.rows:
            words = [cell.text for cell in dict.fromkeys(row.cells)]
            found |= dict(zip(words[::2], words[1::2], strict=False))
    return found


def rows(content: bytes, number: int = 0) -> list[list[str]]:
    """The cells of a table, row by row."""
    return [[cell.text for cell in row.cells] for row in opened(content).tables[number].rows]


def downloaded(client: FlaskClient, address: str) -> bytes:
    """The Word file at that address."""
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype.endswith("wordprocessingml.document")
    return answer.data
