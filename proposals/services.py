"""Writes of proposals: sending, amending, withdrawing, taking up, declining, forgetting."""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from casestudies.models import CaseActor, CasesFromPage, CaseStudyPage
from casestudies.services import draft_case
from core.mailing.messages import send_mail
from core.services import PageContent
from images.cleaning import CleanedFile
from images.models import People
from proposals.forms import ProposalForm
from proposals.mails import arrival_mail, decided_mail, receipt_mail
from proposals.models import MAX_FILES, Attachment, Proposal
from proposals.selectors import deciders, parent_for, proposals_of_user, region_of_proposal
from proposals.uploads import SafeFile, make_safe

__all__ = [
    "AlreadyDecided",
    "ChangedMeanwhile",
    "PurgeReport",
    "amend",
    "decline",
    "purge_expired",
    "send_proposal",
    "store_uploads",
    "take_up",
    "withdraw",
]

logger = logging.getLogger(__name__)

# How long things are kept; the privacy page says the same.
DECLINED_FOR = datetime.timedelta(days=90)
TAKEN_UP_FOR = datetime.timedelta(days=90)
UPLOADS_FOR = datetime.timedelta(hours=3)


class AlreadyDecided(Exception):
    """Somebody has taken it up or declined it."""


class ChangedMeanwhile(Exception):
    """It was amended since it was shown."""


# --- From outside -----------------------------------------------------------------------------


def store_uploads(
    uploads: Sequence[UploadedFile], *, room: int = MAX_FILES, is_unfinished: bool = False
) -> tuple[list[Attachment], list[str]]:
    """Check files and keep the good ones. Returns them, and what is wrong with the others.

    Args:
        room: how many may be added; no more are looked at.
        is_unfinished: the form has a mistake, so that they wait without a proposal.
    """
    stored: list[Attachment] = []
    problems: list[str] = []
    if len(uploads) > room:
        problems.append(
            _("You can send up to %(number)d files. The rest were left out.")
            % {"number": MAX_FILES}
        )
    if uploads:
        _delete_expired_uploads()
    for upload in uploads[:room]:
        try:
            safe = make_safe(upload)
            if not _has_room(len(safe.content), is_unfinished=is_unfinished):
                problems.append(_no_room(safe.name))
                continue
            stored.append(_store(safe))
        except ValidationError as error:
            problems += error.messages
    return stored, problems


def _has_room(size: int, *, is_unfinished: bool) -> bool:
    """Whether a file fits into what all files of strangers together may take on the disk."""
    files = Attachment.objects.all()
    limit = settings.PROPOSAL_FILES_MB
    if is_unfinished:
        files, limit = files.filter(proposal=None), settings.PROPOSAL_UNFINISHED_MB
    used: int = files.aggregate(total=Sum("size"))["total"] or 0
    return used + size <= limit * 1024 * 1024


def _no_room(name: str) -> str:
    return _(
        "“%(name)s” could not be kept: too many files wait just now. Please choose it again when "
        "you send the form, or send the form without it."
    ) % {"name": name}


def _delete_expired_uploads() -> None:
    """Delete fifty files at most of forms never finished; each form with files does it."""
    before = timezone.now() - UPLOADS_FOR
    for upload in Attachment.objects.filter(proposal=None, stored_at__lt=before)[:50]:
        _delete_attachment(upload)


def _store(safe: SafeFile) -> Attachment:
    attachment = Attachment(kind=safe.kind, name=safe.name, size=len(safe.content))
    suffix = safe.name.rpartition(".")[2]
    # The stored name says nothing: what strangers call their files stays in the database.
    attachment.file.save(f"{attachment.key.hex}.{suffix}", ContentFile(safe.content), save=False)
    attachment.save()
    return attachment


def send_proposal(
    *, form: ProposalForm, attachments: Iterable[Attachment], form_key: uuid.UUID, locale: str
) -> Proposal:
    """Store a proposal and send its receipt. The same form sent again stores nothing new.

    A receipt that cannot be sent now is sent by `manage.py proposals_forget`.
    """
    existing = Proposal.objects.filter(form_key=form_key).first()
    if existing is not None:
        return existing
    with transaction.atomic():
        proposal: Proposal = form.save(commit=False)
        proposal.form_key = form_key
        proposal.locale = locale
        proposal.sent_at = proposal.consented_at = timezone.now()
        _write(proposal, form, attachments)
    send_receipt(proposal)
    for user in deciders(proposal):
        _sent(arrival_mail(proposal, user))
    return proposal


def send_receipt(proposal: Proposal) -> None:
    """Send the private link to the proposer."""
    if _sent(receipt_mail(proposal)):
        Proposal.objects.filter(pk=proposal.pk).update(receipt_at=timezone.now())


def amend(
    *, proposal: Proposal, form: ProposalForm, attachments: Iterable[Attachment], version: int
) -> Proposal:
    """Store the changes of a proposal that waits.

    Raises:
        AlreadyDecided: it was decided in the meantime; nothing is changed.
        ChangedMeanwhile: it has another version than the form showed; nothing is changed.
    """
    with transaction.atomic():
        now = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not now.is_waiting:
            raise AlreadyDecided
        if now.version != version:
            raise ChangedMeanwhile
        changed: Proposal = form.save(commit=False)
        changed.version = version + 1
        changed.amended_at = changed.consented_at = timezone.now()
        _write(changed, form, attachments)
    return changed


def _write(proposal: Proposal, form: ProposalForm, attachments: Iterable[Attachment]) -> None:
    proposal.area, proposal.place_note = form.place()
    proposal.save()
    form.save_m2m()
    proposal.themes.set(form.chosen_themes())
    wanted = {attachment.pk for attachment in attachments}
    for attachment in proposal.attachments.exclude(pk__in=wanted):
        _delete_attachment(attachment)
    Attachment.objects.filter(pk__in=wanted).update(proposal=proposal)


def withdraw(*, proposal: Proposal) -> None:
    """Delete a proposal that waits, with its files.

    Raises:
        AlreadyDecided: it was decided in the meantime; nothing is deleted.
    """
    with transaction.atomic():
        now = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not now.is_waiting:
            raise AlreadyDecided
        _delete(now)


# --- In the queue -----------------------------------------------------------------------------


def take_up(*, proposal: Proposal, user: AbstractUser) -> CaseStudyPage:
    """Make a draft page of a proposal, and tell the proposer. Nothing is added to what was sent.

    Raises:
        AlreadyDecided: somebody was faster.
        PermissionDenied: it is not theirs, or they may not write pages there.
        ValidationError: there is no page for the cases of its place.
    """
    with transaction.atomic():
        proposal = _undecided(proposal, user)
        parent = parent_for(proposal)
        if not isinstance(parent, CasesFromPage):
            raise ValidationError(
                _("There is no page for the cases of %(area)s yet. Set up the region first.")
                % {"area": proposal.area}
            )
        if not Page.objects.get(pk=parent.pk).permissions_for_user(user).can_add_subpage():
            raise PermissionDenied
        pictures, missing = _into_collection(proposal, user)
        page = draft_case(
            parent=parent,
            content=_content(proposal, pictures, missing),
            owner=user,
        )
        proposal.page = page
        _decide(proposal, user, Proposal.State.TAKEN_UP)
    _sent(decided_mail(proposal))
    return page


def decline(*, proposal: Proposal, user: AbstractUser, reason: str) -> None:
    """Decline a proposal and tell the proposer why.

    Raises:
        AlreadyDecided: somebody was faster.
        PermissionDenied: it is not theirs.
        ValidationError: there is no reason.
    """
    if not reason.strip():
        raise ValidationError(_("Please write the reason: it is sent to the proposer."))
    with transaction.atomic():
        proposal = _undecided(proposal, user)
        proposal.reason = reason.strip()
        _decide(proposal, user, Proposal.State.DECLINED)
    _sent(decided_mail(proposal))


def _undecided(proposal: Proposal, user: AbstractUser) -> Proposal:
    found = proposals_of_user(user).filter(pk=proposal.pk).first()
    if found is None:
        raise PermissionDenied
    locked = Proposal.objects.select_for_update().get(pk=found.pk)
    if not locked.is_waiting:
        raise AlreadyDecided
    return locked


def _decide(proposal: Proposal, user: AbstractUser, state: str) -> None:
    proposal.state = state
    proposal.decided_at = timezone.now()
    proposal.decided_by_id = user.pk
    proposal.save()


def _content(proposal: Proposal, pictures: list[int], missing: list[str]) -> PageContent:
    """The fields of a case as they were sent; what was not said stays empty.

    Files that are missing in the store are named in the internal note.
    """
    note = _("Proposal %(number)d, sent on %(day)s.") % {
        "number": proposal.pk, "day": timezone.localdate(proposal.sent_at).isoformat()
    }  # fmt: skip
    if missing:
        note += " " + _("These files are missing on the server: %(names)s.") % {
            "names": ", ".join(missing)
        }
    source = {
        "title": proposal.source_title or proposal.source_url,
        "url": proposal.source_url,
        "accessed": "",
    }
    return PageContent(
        fields={
            "title": proposal.title,
            "summary": proposal.summary,
            "overview": proposal.overview,
            "provenance": CaseStudyPage.Provenance.REPORTED,
            "bridging": proposal.bridging,
            "started": proposal.started,
            "status": proposal.status,
            "context": _prose(proposal.context),
            "goal": _prose(proposal.goal),
            "actions": _prose(proposal.actions),
            "outcomes": _prose(proposal.outcomes),
            "participation_level": proposal.participation_level,
            "contact_name": proposal.contact_name,
            "contact_phone": proposal.contact_phone,
            "contact_email": proposal.contact_email,
            "contact_url": proposal.contact_url,
            "image_id": pictures[0] if pictures else None,
            "internal_note": note,
        },
        choices={
            "actor_types": [proposal.actor_type],
            "themes": list(proposal.themes.all()),
            "target_groups": list(proposal.target_groups.all()),
        },
        rows={
            "places": [{"area": proposal.area, "note": proposal.place_note}],
            "actors": [
                {
                    "part": CaseActor.Part.LEAD,
                    "name": proposal.organisation,
                    "actor_type": proposal.actor_type,
                }
            ],
            "sources": [source] if source["title"] else [],
        },
    )


def _prose(text: str) -> list[dict[str, str]]:
    """Paragraphs as StreamField blocks, with every sign of the text as text."""
    paragraphs = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return [
        {"type": "paragraph", "value": f"<p>{'<br/>'.join(escape(part).splitlines())}</p>"}
        for part in paragraphs
        if part
    ]


def _into_collection(proposal: Proposal, user: AbstractUser) -> tuple[list[int], list[str]]:
    """Make pictures and documents of the attachments, and delete those.

    Returns:
        The numbers of the pictures, and the names of files that are no longer in the store, as
        after a backup was restored without them. Those stay with the proposal.
    """
    region = region_of_proposal(proposal)
    collection = (region.collection if region else None) or Collection.get_first_root_node()
    pictures: list[int] = []
    missing: list[str] = []
    for number, attachment in enumerate(proposal.attachments.all(), start=1):
        title = f"{proposal.title} {number}"[:255]
        name = f"proposal-{proposal.pk}-{number}.{attachment.name.rpartition('.')[2]}"
        try:
            with attachment.file.open("rb") as file:
                content = file.read()
        except FileNotFoundError:
            missing.append(attachment.name)
            continue
        if attachment.kind == Attachment.Kind.IMAGE:
            picture = get_image_model().objects.create(
                title=title,
                # It was cleaned when it arrived.
                file=CleanedFile(content, name=name),
                collection=collection,
                uploaded_by_user=user,
                credit=proposal.organisation,
                people=People.AGREED if proposal.people_consented else People.UNKNOWN,
            )
            pictures.append(picture.pk)
        else:
            get_document_model().objects.create(
                title=title,
                file=ContentFile(content, name=name),
                collection=collection,
                uploaded_by_user=user,
            )
        _delete_attachment(attachment)
    return pictures, missing


# --- Forgetting -------------------------------------------------------------------------------


@dataclass
class PurgeReport:
    """What a run did, or would do: proposals deleted, contacts deleted, uploads, receipts sent."""

    declined: int = 0
    contacts: int = 0
    uploads: int = 0
    receipts: int = 0


def purge_expired(*, dry_run: bool = False) -> PurgeReport:
    """Delete what is kept no longer, and send receipts that could not be sent at once."""
    now = timezone.now()
    decided = Proposal.objects.filter
    declined = decided(state=Proposal.State.DECLINED, decided_at__lt=now - DECLINED_FOR)
    taken_up = decided(state=Proposal.State.TAKEN_UP, decided_at__lt=now - TAKEN_UP_FOR).exclude(
        proposer_mail=""
    )
    uploads = Attachment.objects.filter(proposal=None, stored_at__lt=now - UPLOADS_FOR)
    unsent = decided(state=Proposal.State.WAITING, receipt_at=None)
    done = PurgeReport(declined.count(), taken_up.count(), uploads.count(), unsent.count())
    if dry_run:
        return done
    for proposal in declined:
        _delete(proposal)
    for proposal in taken_up:
        # The link is worthless from now on as well.
        proposal.proposer_name = proposal.proposer_mail = ""
        proposal.key = uuid.uuid4()
        proposal.save()
    for upload in uploads:
        _delete_attachment(upload)
    for proposal in unsent:
        send_receipt(proposal)
    return done


def _delete(proposal: Proposal) -> None:
    for attachment in proposal.attachments.all():
        _delete_attachment(attachment)
    proposal.delete()


def _delete_attachment(attachment: Attachment) -> None:
    """Delete the row, and the file once the row is surely gone."""
    storage, name = attachment.file.storage, attachment.file.name or ""
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _sent(mail: EmailMultiAlternatives | None) -> bool:
    """Send a mail; return whether it went. One that cannot be sent must not undo a decision."""
    if mail is None:
        return False
    return send_mail(mail, "a proposal")
