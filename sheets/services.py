"""From a file to a preview, and from a confirmed preview to what is stored: all or nothing."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheets.models import KEPT_FOR, SheetUpload
from sheets.parsing import Parsed, parse
from sheets.reading import read
from sheets.registry import (
    Change,
    FieldChange,
    Importer,
    Options,
    Problem,
    Record,
    Removal,
    Stored,
)

logger = logging.getLogger(__name__)

__all__ = [
    "ChangedMeanwhile",
    "DeletionNotConfirmed",
    "DoubtsNotAccepted",
    "Plan",
    "WrongRows",
    "confirm",
    "discard",
    "keep",
    "plan_of_file",
    "plan_of_upload",
    "show",
    "store",
]


class WrongRows(Exception):
    """Rows are wrong; nothing has been stored."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("\n".join(problem.message for problem in plan.problems))


class DeletionNotConfirmed(Exception):
    """Records would be deleted, and nobody has agreed to that; nothing has been stored."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(f"{len(plan.removed)} records would be deleted.")


class DoubtsNotAccepted(Exception):
    """Records are doubtful, and nobody has said that they are meant; nothing has been stored."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("\n".join(doubt.message for doubt in plan.doubts))


class ChangedMeanwhile(Exception):
    """What is stored is no longer what the preview showed; nothing has been stored."""


@dataclass
class Plan:
    """What a file would do.

    Attributes:
        changes: one for each record that is right, in the order of the file.
        removed: stored records that the file lacks and that would be deleted.
        doubts: what is stored only when the person says that it is meant.
    """

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    total: int = 0
    removed: list[Removal] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Change]:
        """Records of which nothing is stored yet."""
        return [change for change in self.changes if change.is_new]

    @property
    def changed(self) -> list[Change]:
        """Records of which something else is stored."""
        return [change for change in self.changes if change.fields and not change.is_new]

    @property
    def unchanged(self) -> list[Change]:
        """Records that are stored as they stand in the file."""
        return [change for change in self.changes if not change.fields and not change.is_new]

    @property
    def wrong_rows(self) -> int:
        """How many rows have a problem."""
        return len({problem.row for problem in self.problems if problem.row is not None})

    @property
    def to_write(self) -> list[Change]:
        """New and changed records."""
        return [change for change in self.changes if change.is_new or change.fields]

    @property
    def can_be_stored(self) -> bool:
        """Whether every row is right and something would change."""
        return not self.problems and self.has_effect

    @property
    def has_effect(self) -> bool:
        """Whether storing would change or delete anything."""
        return bool(self.to_write or self.removed)

    def digest(self) -> str:
        """The same for two plans that would do the same to the same stored records."""
        said = [
            [
                change.record.row,
                change.stored.key,
                change.is_new,
                [[f.column.name, f.old, f.new] for f in change.fields],
            ]
            for change in self.to_write
        ]
        removed = [[removal.key, removal.title] for removal in self.removed]
        remarks = [[remark.row, remark.message] for remark in self.remarks]
        doubts = [[doubt.row, doubt.message] for doubt in self.doubts]
        told = [said, removed, remarks, doubts, len(self.problems)]
        text = json.dumps(told, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


# --- What a file would do ---------------------------------------------------------------------


def plan_of_file(importer: Importer, content: bytes) -> Plan:
    """Read a file and compare it with what is stored.

    Raises:
        UnreadableFile: no records can be read from it.
    """
    parsed = _parsed(importer, content)
    return _plan(importer, parsed.records, parsed.problems, parsed.remarks)


def _parsed(importer: Importer, content: bytes) -> Parsed:
    """The records of a file, by its headings or as the importer reads its tables."""
    tables = read(content)
    return importer.read_tables(tables) or parse(
        tables, importer.all_columns, most_rows=importer.most_rows
    )


def _plan(
    importer: Importer,
    records: Sequence[Record],
    problems: Sequence[Problem],
    remarks: Sequence[Problem],
) -> Plan:
    """Compare rows with what is stored, and check what each would become. Stores nothing."""
    records = importer.as_meant(records)
    plan = Plan(problems=list(problems), remarks=list(remarks), total=len(records))
    # Rows in the order of the file, each problem once.
    found = importer.find(records, plan.problems)
    rows: dict[str, int] = {}
    for record, stored in zip(records, found, strict=True):
        if stored is None:
            continue
        if stored.key in rows:
            plan.problems.append(
                importer.problem(
                    record,
                    _("This is the same record as in row %(row)d. Keep one of the two.")
                    % {"row": rows[stored.key]},
                )
            )
            continue
        rows[stored.key] = record.row
        change = _change(importer, _without_exported(record, stored), stored)
        missing = _missing(importer, change)
        plan.problems += missing
        if not missing and not record.wrong:
            plan.changes.append(change)
    importer.check(plan.to_write, plan.problems)
    if not plan.problems:
        plan.removed = list(importer.removals())
        plan.doubts = list(importer.doubts(plan.to_write))
        plan.remarks += importer.consequences(plan.to_write)
    plan.problems.sort(key=lambda problem: (problem.row or 0, len(problem.letter), problem.letter))
    return plan


def _without_exported(record: Record, stored: Stored) -> Record:
    """The record with stored values where it repeats what a public download showed for them."""
    repeated = {
        name: (stored.values or {}).get(name, "")
        for name, texts in stored.exported.items()
        if record.values.get(name) in texts
    }
    return replace(record, values={**record.values, **repeated}) if repeated else record


def _change(importer: Importer, record: Record, stored: Stored) -> Change:
    """What a row changes, without immutable columns and blanks that mean “as it was”."""
    old = stored.values or {}
    return Change(
        record,
        stored,
        [
            FieldChange(column, old.get(column.name, ""), record.values[column.name])
            for column in importer.all_columns
            if column.name in record.values
            and not column.is_immutable
            and not (column.blank_means_unchanged and not record.values[column.name])
            and record.values[column.name] != old.get(column.name, "")
        ],
    )


def _missing(importer: Importer, change: Change) -> list[Problem]:
    """Required fields that would be empty."""
    values = change.new_values
    return [
        importer.problem(
            change.record,
            _("“%(label)s” is empty. It must be filled in.") % {"label": column.label},
            column.name,
        )
        for column in importer.all_columns
        if column.required
        and not values.get(column.name)
        and column.name not in change.record.wrong
    ]


def store(importer: Importer, plan: Plan, options: Options | None = None) -> list[str]:
    """Store what a plan says, in one transaction. Returns what else happened.

    Raises:
        WrongRows: rows are wrong.
        DeletionNotConfirmed: records would be deleted, and nobody has agreed to that.
        DoubtsNotAccepted: records are doubtful, and nobody has said that they are meant.
    """
    options = options or Options()
    if plan.problems:
        raise WrongRows(plan)
    if plan.removed and not options.remove:
        raise DeletionNotConfirmed(plan)
    if plan.doubts and not options.accept:
        raise DoubtsNotAccepted(plan)
    with transaction.atomic():
        said = importer.write(plan.to_write, options)
    logger.info(
        "Import %s: %d records written, %d removed",
        importer.name,
        len(plan.to_write),
        len(plan.removed),
    )
    return said


# --- Between preview and confirmation ---------------------------------------------------------


def keep(*, importer: Importer, user: Any, file_name: str, content: bytes) -> SheetUpload:
    """Read a file and keep its records for the preview. What others left behind is removed.

    Raises:
        UnreadableFile: no records can be read from it.
    """
    parsed = _parsed(importer, content)
    SheetUpload.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return SheetUpload.objects.create(
        user=user,
        importer=importer.name,
        file_name=file_name[-255:],
        records=[
            [record.row, dict(record.values), dict(record.letters), sorted(record.wrong)]
            for record in parsed.records
        ],
        problems=[_packed(problem) for problem in parsed.problems],
        remarks=[_packed(remark) for remark in parsed.remarks],
    )


def plan_of_upload(importer: Importer, upload: SheetUpload) -> Plan:
    """Compare the kept records with what is stored now."""
    return _plan(
        importer,
        [
            Record(row, values, letters, frozenset(wrong))
            for row, values, letters, wrong in upload.records
        ],
        [Problem(*packed) for packed in upload.problems],
        [Problem(*packed) for packed in upload.remarks],
    )


def show(importer: Importer, upload: SheetUpload) -> Plan:
    """The plan for the preview; what it shows is remembered."""
    plan = plan_of_upload(importer, upload)
    upload.seen = plan.digest()
    upload.save(update_fields=["seen"])
    return plan


def confirm(
    *, importer: Importer, upload: SheetUpload, options: Options | None = None
) -> tuple[Plan, list[str]]:
    """Store what the preview showed, in one transaction, and forget the records.

    Returns the plan and what else happened.

    Raises:
        SheetUpload.DoesNotExist: it was confirmed or discarded already, or has expired.
        ChangedMeanwhile: what is stored has changed since the preview.
        WrongRows: rows are wrong.
        DeletionNotConfirmed: records would be deleted, and nobody has agreed to that.
        DoubtsNotAccepted: records are doubtful, and nobody has said that they are meant.
    """
    with transaction.atomic():
        kept = SheetUpload.objects.select_for_update().get(pk=upload.pk, user=upload.user)
        if kept.is_expired:
            raise SheetUpload.DoesNotExist
        plan = plan_of_upload(importer, kept)
        if plan.digest() != kept.seen:
            raise ChangedMeanwhile
        said = store(importer, plan, options)
        kept.delete()
    return plan, said


def discard(*, upload: SheetUpload) -> None:
    """Forget what was uploaded."""
    upload.delete()


def _packed(problem: Problem) -> list[Any]:
    return [problem.message, problem.row, problem.column, problem.letter]
