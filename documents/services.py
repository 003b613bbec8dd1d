"""Read the text of documents, and remember it."""

from __future__ import annotations

import json
import logging

from django.db import transaction
from wagtail.documents.models import AbstractDocument

from documents.models import DocumentText
from documents.reading_process import PARTS, PROBLEM
from sheets.child_process import ChildFailed, run_module

__all__ = ["is_read", "read_document"]

# Files up to this size are read; uploads are smaller (WAGTAILDOCS_MAX_UPLOAD_SIZE).
_MOST_BYTES = 20 * 1024 * 1024
_MOST_SECONDS = 60
_PROCESS = "documents.reading_process"
_log = logging.getLogger(__name__)


def is_read(document: AbstractDocument) -> bool:
    """Whether the document's file, as it is now, was read."""
    return DocumentText.objects.filter(pk=document.pk, file=document.file.name).exists()


def read_document(document: AbstractDocument) -> DocumentText | None:
    """Read the document's file and remember its text, or why it could not be read.

    The file is read by a process of its own, whose memory and seconds are limited. None where the
    document was deleted, or got another file, meanwhile.
    """
    name = document.file.name
    try:
        answer = _answer(document)
    except (OSError, ChildFailed, ValueError) as failure:
        answer = {PROBLEM: str(failure)[:300]}
    problem = str(answer.get(PROBLEM, ""))
    if problem:
        _log.warning("The text of document %s was not read: %s", document.pk, problem)
    with transaction.atomic():
        current = type(document)._default_manager.select_for_update().filter(pk=document.pk)
        if current.values_list("file", flat=True).first() != name:
            return None
        text, _created = DocumentText.objects.update_or_create(
            pk=document.pk,
            defaults={"file": name, "parts": answer.get(PARTS, []), "problem": problem},
        )
    return text


def _answer(document: AbstractDocument) -> dict[str, object]:
    if document.file.size > _MOST_BYTES:
        raise ValueError("the file is larger than 20 MB")
    with document.open_file() as file:
        task = document.file_extension.lower().encode() + b"\n" + file.read()
    answer: dict[str, object] = json.loads(run_module(_PROCESS, task, seconds=_MOST_SECONDS))
    return answer
