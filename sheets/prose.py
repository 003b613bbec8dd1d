"""Running text in a cell: plain paragraphs with a little of Markdown, and back.

Blank lines part paragraphs. `## ` and `### ` begin headings, `- ` and `1. ` the lines of a list,
`> ` a quotation, whose last line is `> — who said it <address>`. Inside a line: `**bold**`,
`*italic*`, `[words](address)`. Pictures stand as `![caption](picture:12)`; they can be moved or
removed in a cell, not added. A backslash takes a sign's meaning away.

A whole Markdown parser would see code, tables and HTML in what officers write as plain text; these
few signs are what the pages have. A stored block whose text is still there is kept as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

__all__ = ["LostPicture", "canonical_prose", "prose_blocks", "prose_text"]

Block = dict[str, Any]

_HEADING = re.compile(r"(#{2,3}) +(\S.*)")
_PICTURE = re.compile(r"!\[([^\n]*)\]\(picture:(\d+)\)")
_QUOTE = re.compile(r"(?:>[^\n]*(?:\n|$))+")
_BULLETS = re.compile(r"(?:- +\S[^\n]*(?:\n|$))+")
_NUMBERS = re.compile(r"1\. +\S[^\n]*(?:\n\d{1,3}\. +\S[^\n]*)+")
_SPECIAL = (_HEADING, _PICTURE, _QUOTE, _BULLETS, _NUMBERS)
_SPEAKER = re.compile(r"[—―-]+ *(.*?)(?: *<(https?://[^>\s]+)>)?")
_TOKEN = re.compile(
    r"\\(?P<sign>[\\*\[])"
    r"|\*\*(?P<bold>[^*\n]+)\*\*|\*(?P<italic>[^*\n]+)\*"
    r"|\[(?P<words>[^\]\n]{1,400})\]\((?P<address>[^()\s]{1,2000})\)"
)
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)[^\s<>\"]*")
_INTERNAL = re.compile(r"(page|document):(\d+)")


class LostPicture(ValueError):
    """A cell names a picture that does not stand in the stored text."""


def canonical_prose(text: str) -> str:
    """The text in its one notation: reading and writing it again changes nothing."""
    for _round in range(10):
        written = prose_text(_parsed(text))
        if written == text:
            break
        text = written
    return text


def prose_blocks(text: str, stored: Sequence[Block] = ()) -> list[Block]:
    """The blocks of a text; stored blocks whose text is still there are taken over unchanged.

    Raises:
        LostPicture: a picture is named that none of the stored blocks has.
    """
    chunks = _chunks(text)
    waiting = [(block, _chunks(prose_text([block]))) for block in stored]
    blocks: list[Block] = []
    position = 0
    while position < len(chunks):
        for kept in waiting:
            size = len(kept[1])
            if size and chunks[position : position + size] == kept[1]:
                blocks.append(kept[0])
                waiting.remove(kept)
                position += size
                break
        else:
            if _PICTURE.fullmatch(chunks[position]):
                raise LostPicture(
                    _("The picture “%(text)s” does not stand here. Add pictures on the page.")
                    % {"text": chunks[position][:60]}
                )
            blocks.append(_block(chunks[position]))
            position += 1
    return blocks


def prose_text(blocks: Sequence[Block]) -> str:
    """Stored blocks as text."""
    return "\n\n".join(filter(None, (_text(block) for block in blocks)))


# --- Text to blocks ---------------------------------------------------------------------------


def _chunks(text: str) -> list[str]:
    """What stands between blank lines; a heading is one by itself."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.split("\n")):
        lines += ["", line, ""] if _HEADING.fullmatch(line) else [line]
    return [chunk.strip("\n") for chunk in re.split(r"\n{2,}", "\n".join(lines)) if chunk.strip()]


def _parsed(text: str) -> list[Block]:
    return [
        {"type": "figure", "value": {"image": int(match[2]), "caption": match[1]}}
        if (match := _PICTURE.fullmatch(chunk))
        else _block(chunk)
        for chunk in _chunks(text)
    ]


def _block(chunk: str) -> Block:
    """The block that some lines without a blank one between them are."""
    if match := _HEADING.fullmatch(chunk):
        kind = "heading" if match[1] == "##" else "subheading"
        return {"type": kind, "value": match[2].strip()}
    if _QUOTE.fullmatch(chunk):
        lines = [line[1:].strip() for line in chunk.split("\n")]
        speaker = _SPEAKER.fullmatch(lines[-1]) if len(lines) > 1 else None
        if speaker and speaker[1]:
            return {
                "type": "quote",
                "value": {
                    "text": "\n".join(lines[:-1]),
                    "attribution": speaker[1],
                    "source_url": speaker[2] or "",
                },
            }
    if _BULLETS.fullmatch(chunk):
        items = [_html(line[1:].strip()) for line in chunk.split("\n")]
        return _paragraph("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
    if _NUMBERS.fullmatch(chunk):
        items = [_html(line.partition(".")[2].strip()) for line in chunk.split("\n")]
        return _paragraph("<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>")
    if chunk.startswith("\\") and _is_special(chunk[1:]):
        chunk = chunk[1:]
    return _paragraph("<p>" + "<br/>".join(_html(line) for line in chunk.split("\n")) + "</p>")


def _paragraph(html: str) -> Block:
    return {"type": "paragraph", "value": html}


def _is_special(chunk: str) -> bool:
    first = chunk.split("\n")[0]
    return any(p.fullmatch(chunk) for p in _SPECIAL) or bool(_HEADING.fullmatch(first))


def _html(line: str) -> str:
    """A line as HTML, escaped, with its bold and italic words and its links."""
    parts, end = [], 0
    for token in _TOKEN.finditer(line):
        parts.append(escape(line[end : token.start()]))
        end = token.end()
        if token["sign"]:
            parts.append(escape(token["sign"]))
        elif token["bold"]:
            parts.append(f"<b>{_html(token['bold'])}</b>")
        elif token["italic"]:
            parts.append(f"<i>{_html(token['italic'])}</i>")
        elif _INTERNAL.fullmatch(token["address"]):
            kind, number = token["address"].split(":")
            parts.append(f'<a linktype="{kind}" id="{number}">{_html(token["words"])}</a>')
        elif _ADDRESS.fullmatch(token["address"]):
            parts.append(f'<a href="{escape(token["address"])}">{_html(token["words"])}</a>')
        else:
            parts.append(escape(token[0]))
    return "".join([*parts, escape(line[end:])])


# --- Blocks to text ---------------------------------------------------------------------------


def _text(block: Block) -> str:
    """A block as it is written in a sheet; empty for kinds that cannot be."""
    value = block["value"]
    match block["type"]:
        case "heading":
            return f"## {_line(value)}" if _line(value) else ""
        case "subheading":
            return f"### {_line(value)}" if _line(value) else ""
        case "quote":
            address = value.get("source_url")
            speaker = _line(value.get("attribution") or "")
            lines = [line.strip() for line in (value.get("text") or "").split("\n")]
            lines = [line for line in lines if line]
            lines.append(f"— {speaker}" + (f" <{address}>" if address else ""))
            return "\n".join(f"> {line}" for line in lines)
        case "figure":
            image = value.get("image")
            number = image.get("image") if isinstance(image, dict) else image
            return f"![{_line(value.get('caption') or '')}](picture:{number})"
        case "paragraph":
            parser = _Paragraphs()
            parser.feed(value)
            parser.close()
            return parser.text()
    return ""


def _line(text: str) -> str:
    return " ".join(str(text).split())


def _escaped(text: str) -> str:
    """Words in which no sign has a meaning."""
    text = re.sub(r"\\(?=[\\*\[]|$)", r"\\\\", text)
    if text.count("*") > 1:
        text = text.replace("*", "\\*")
    return re.sub(r"\[(?=[^\]\n]{1,400}\]\()", r"\\[", text)


class _Paragraphs(HTMLParser):
    """Paragraphs and lists of rich text as chunks of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.chunks: list[list[str]] = []
        self._list = ""
        self._items = 0
        self._links: list[str] = []
        self._is_open = False

    def text(self) -> str:
        """All chunks, with blank lines between them."""
        found = []
        for kind, *parts in self.chunks:
            lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
            chunk = "\n".join(line for line in lines if line)
            if not chunk:
                continue
            if kind == "p" and _is_special(chunk):
                chunk = f"\\{chunk}"
            found.append(chunk)
        return "\n\n".join(found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a chunk, or a mark inside a line."""
        values = dict(attrs)
        if tag == "p":
            self.chunks.append(["p"])
        elif tag in {"ul", "ol"}:
            self.chunks.append([tag])
            self._list, self._items = tag, 0
        elif tag == "li":
            self._items += 1
            self._add(f"\n{self._items}. " if self._list == "ol" else "\n- ")
        elif tag == "br":
            self._add("\n")
        elif tag in {"b", "strong"}:
            self._add("**")
        elif tag in {"i", "em"}:
            self._add("*")
        elif tag == "a":
            kind = values.get("linktype")
            address = f"{kind}:{values.get('id')}" if kind else values.get("href") or ""
            self._links.append(address)
            self._add("[")

    def handle_endtag(self, tag: str) -> None:
        """End a mark inside a line."""
        if tag in {"b", "strong"}:
            self._add("**")
        elif tag in {"i", "em"}:
            self._add("*")
        elif tag == "a" and self._links:
            self._add(f"]({self._links.pop()})")

    def handle_data(self, data: str) -> None:
        """Words."""
        if data.strip() or (self.chunks and len(self.chunks[-1]) > 1):
            self._add(_escaped(" ".join(re.split(r"[\n\t ]+", data))))

    def _add(self, text: str) -> None:
        if not self.chunks:
            self.chunks.append(["p"])
        self.chunks[-1].append(text)
