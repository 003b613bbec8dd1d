"""The process that sets one document: data as JSON on its input, a PDF on its output.

It limits itself before it reads anything, knows no settings and opens no database. The layouts of
`handouts/layout` are all that a document may read; texts come as data and are never markup.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst

from handouts.glyphs import BOLD_FONT, REGULAR_FONT
from sheets.child_process import limit_this_process

_LAYOUT = Path(__file__).resolve().parent / "layout"


def pdf_of(document: str, data: str, moment: int, *, has_kana: bool) -> bytes:
    """The PDF of a layout, filled with data, made at a moment in seconds since 1970.

    Raises:
        typst.TypstError: the layout or its data are wrong.
    """
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(REGULAR_FONT.parent), str(BOLD_FONT.parent)],
    )
    return typst.compile(
        str(_LAYOUT / f"{document}.typ"),
        root=str(_LAYOUT),
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data, "has_kana": "yes" if has_kana else "no"},
        pdf_standards=["ua-1"],
        timestamp=moment,
    )


def main() -> None:
    """Set the document on the input and write it."""
    limit_this_process(memory=2 * 1024 * 1024 * 1024, seconds=25)
    task = json.load(sys.stdin.buffer)
    data = json.dumps(task["data"])
    has_kana = task["data"]["has_kana"]
    sys.stdout.buffer.write(pdf_of(task["document"], data, task["moment"], has_kana=has_kana))


if __name__ == "__main__":
    main()
