"""Answers of OAI-PMH as XML."""

from __future__ import annotations

import datetime
import re
from io import StringIO
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

from casestudies.oai.arguments import PREFIX, Asked, OaiError
from casestudies.oai.records import Batch, Record, batch_of, earliest, record_of
from core.addresses import absolute_url

__all__ = ["answer", "error_answer"]

_OAI = "http://www.openarchives.org/OAI/2.0/"
_DC = "http://purl.org/dc/elements/1.1/"
_OAI_DC = f"{_OAI}oai_dc/"
_SCHEMA_OF_DC = f"{_OAI}oai_dc.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Writer(SimplerXMLGenerator):
    """Writes elements; what XML cannot hold becomes a space."""

    def text(self, name: str, text: str, **attributes: str) -> None:
        """An element with text."""
        cleaned = {key: _FORBIDDEN.sub(" ", value) for key, value in attributes.items()}
        self.addQuickElement(name, _FORBIDDEN.sub(" ", text), cleaned)

    def begin(self, name: str, attributes: dict[str, str] | None = None) -> None:
        """Open an element."""
        self.startElement(name, AttributesImpl(attributes or {}))


def answer(asked: Asked) -> str:
    """The answer to a request.

    Raises:
        OaiError: there is none, for a reason of the protocol.
    """
    match asked.verb:
        case "Identify":
            return _frame(asked, _identify)
        case "ListMetadataFormats":
            if asked.identifier:
                record_of(asked.identifier)
            return _frame(asked, _formats)
        case "GetRecord":
            record = record_of(asked.identifier)
            return _frame(asked, lambda out: _record(out, record))
        case _:
            batch = batch_of(asked)
            write = _record if asked.verb == "ListRecords" else _header
            return _frame(asked, lambda out: _list(out, batch, write))


def error_answer(error: OaiError, arguments: dict[str, str]) -> str:
    """What was wrong; arguments are repeated unless they are what was wrong."""
    told = {} if error.code in {"badVerb", "badArgument"} else arguments
    return _document(told, lambda out: out.text("error", error.text, code=error.code))


def _frame(asked: Asked, write: Any) -> str:
    def whole(out: _Writer) -> None:
        out.begin(asked.verb)
        write(out)
        out.endElement(asked.verb)

    return _document(asked.arguments, whole)


def _document(arguments: Any, write: Any) -> str:
    stream = StringIO()
    out = _Writer(stream, "utf-8")
    out.startDocument()
    out.begin(
        "OAI-PMH",
        {
            "xmlns": _OAI,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_OAI} {_OAI}OAI-PMH.xsd",
        },
    )
    out.text("responseDate", _utc(timezone.now()))
    out.text("request", _base_url(), **arguments)
    write(out)
    out.endElement("OAI-PMH")
    out.endDocument()
    return stream.getvalue()


def _base_url() -> str:
    return absolute_url(reverse("oai"))


def _utc(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _identify(out: _Writer) -> None:
    out.text(
        "repositoryName", "NANIF 共生の未来全国連携事業 / National Network for an Inclusive Future"
    )
    out.text("baseURL", _base_url())
    out.text("protocolVersion", "2.0")
    out.text("adminEmail", settings.DEFAULT_FROM_EMAIL)
    out.text("earliestDatestamp", _utc(earliest()))
    # Identifiers are kept for ever, so what was withdrawn is told for ever.
    out.text("deletedRecord", "persistent")
    out.text("granularity", "YYYY-MM-DDThh:mm:ssZ")


def _formats(out: _Writer) -> None:
    out.begin("metadataFormat")
    out.text("metadataPrefix", PREFIX)
    out.text("schema", _SCHEMA_OF_DC)
    out.text("metadataNamespace", _OAI_DC)
    out.endElement("metadataFormat")


def _list(out: _Writer, batch: Batch, write: Any) -> None:
    for record in batch.records:
        write(out, record)
    if batch.is_part:
        out.text(
            "resumptionToken",
            batch.token,
            cursor=str(batch.given),
            completeListSize=str(max(batch.total, batch.given + len(batch.records))),
        )


def _header(out: _Writer, record: Record) -> None:
    out.begin("header", {"status": "deleted"} if record.is_deleted else None)
    out.text("identifier", record.identifier)
    out.text("datestamp", _utc(record.changed_at))
    out.endElement("header")


def _record(out: _Writer, record: Record) -> None:
    out.begin("record")
    _header(out, record)
    if not record.is_deleted:
        out.begin("metadata")
        out.begin(
            "oai_dc:dc",
            {
                "xmlns:oai_dc": _OAI_DC,
                "xmlns:dc": _DC,
                "xmlns:xsi": _XSI,
                "xsi:schemaLocation": f"{_OAI_DC} {_SCHEMA_OF_DC}",
            },
        )
        for name, text, language in record.elements:
            out.text(f"dc:{name}", text, **({"xml:lang": language} if language else {}))
        out.endElement("oai_dc:dc")
        out.endElement("metadata")
    out.endElement("record")
