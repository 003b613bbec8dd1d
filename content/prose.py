"""Plain text and Markdown as the blocks of a StreamField."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from markdown import markdown

Block = dict[str, Any]


def prose(text: str | None) -> list[Block]:
    """Paragraphs of plain text (separated by blank lines) as paragraph blocks."""
    paragraphs = re.split(r"\n\s*\n", text.strip()) if text else []
    return [
        {"type": "paragraph", "value": f"<p>{escape(paragraph)}</p>"}
        for paragraph in paragraphs
        if paragraph
    ]


def markdown_prose(text: str) -> list[Block]:
    """Markdown with ## and ### headings as heading, subheading and paragraph blocks."""
    blocks: list[Block] = []
    for part in re.split(r"^(#{2,3} .+)$", text, flags=re.MULTILINE):
        part = part.strip()
        if part.startswith("### "):
            blocks.append({"type": "subheading", "value": part[4:].strip()})
        elif part.startswith("## "):
            blocks.append({"type": "heading", "value": part[3:].strip()})
        elif part:
            html = markdown(part, output_format="html")
            html = html.replace("<strong>", "<b>").replace("</strong>", "</b>")
            html = html.replace("<em>", "<i>").replace("</em>", "</i>")
            blocks.append({"type": "paragraph", "value": html})
    return blocks
