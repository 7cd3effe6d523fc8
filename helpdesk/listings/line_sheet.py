"""A sheet of a workbook that takes whole lines: XlsxWriter's own cells cost five times as much where there are millions."""

import re
from collections.abc import Iterable
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

TO_ESCAPE = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
"""What Excel or XML would take for something else; all other text goes in as it is."""
LETTERS = tuple(xl_col_to_name(place) for place in range(200))


class LineSheet(Worksheet):
    """Made by ``book.add_worksheet(name, worksheet_class=LineSheet)`` in a workbook of constant memory.

    Lines come in the order of their rows, below what was written cell by cell; ``write_line`` is handed what stands
    behind the address in each cell's tag, as ``text_cell``, ``number_cell`` and ``blank_cell`` make it.
    """

    def write_line(self, row: int, cells: Iterable[str]) -> None:
        """Write a whole line; ``row`` counts from 0."""
        number, last = row + 1, -1
        said = [f'<row r="{number}">']
        for last, cell in enumerate(cells):
            said.append(f'<c r="{LETTERS[last]}{number}" {cell}')
        said.append("</row>")
        if row > self.previous_row:
            self._write_single_row(row)  # what was written before, cell by cell
        self._check_dimensions(row, last)
        self.fh.write("".join(said))

    def text_cell(self, look: int, words: str) -> str:
        """Text, never a formula."""
        if TO_ESCAPE.search(words):
            words = self._escape_data(self._escape_control_characters(words))
        return f's="{look}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def number_cell(look: int, number: float) -> str:
    """A number, or a day as Excel counts days."""
    return f's="{look}"><v>{number!r}</v></c>'


def blank_cell(look: int) -> str:
    """Nothing, with its borders."""
    return f's="{look}"/>'


def look_of(style: Any) -> int:
    """The number by which cells refer to a format."""
    return int(style._get_xf_index())
