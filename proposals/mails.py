"""The mails of a proposal, in plain text and HTML, in the language of who reads them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from core.addresses import absolute_url
from core.mailing.messages import build_mail, preferred_language
from core.readings import in_ordinary_reading
from opendata.rates import count
from proposals.models import Proposal
from proposals.tokens import follow_url

__all__ = ["arrival_mail", "decided_mail", "receipt_mail"]


def receipt_mail(proposal: Proposal) -> EmailMultiAlternatives | None:
    """That the proposal has arrived, with the private link. None where no mail may be sent.

    One address gets few of them, whoever asks: the form must not be a way to bother others.
    """
    if not _may_write_to(proposal):
        return None
    if count("proposal_address", proposal.proposer_mail.lower()).is_over:
        return None
    with in_ordinary_reading(proposal.locale):
        return _mail(proposal, _("We have received your proposal"), "receipt")


def decided_mail(proposal: Proposal) -> EmailMultiAlternatives | None:
    """What was decided. None where no mail may be sent."""
    if not _may_write_to(proposal):
        return None
    with in_ordinary_reading(proposal.locale):
        if proposal.state == Proposal.State.TAKEN_UP:
            return _mail(proposal, _("Your proposal was accepted"), "taken_up")
        return _mail(proposal, _("About your proposal"), "declined")


def arrival_mail(proposal: Proposal, user: AbstractUser) -> EmailMultiAlternatives | None:
    """The mail to somebody who decides that a proposal waits, in their language.

    It is not sent here. None where the site sends no mail.
    """
    if not settings.MAIL_IS_SET_UP:
        return None
    language = preferred_language(user)
    with in_ordinary_reading(language):
        return _mail(
            proposal,
            _("A proposal waits for your decision"),
            "arrived",
            to=user.email,
            language=language,
            url=absolute_url(reverse("proposal_queue:proposal", args=[proposal.pk])),
        )


def _may_write_to(proposal: Proposal) -> bool:
    return bool(settings.MAIL_IS_SET_UP and proposal.proposer_mail)


def _mail(
    proposal: Proposal,
    subject: str,
    template: str,
    *,
    to: str = "",
    language: str = "",
    url: str = "",
) -> EmailMultiAlternatives:
    """A mail from the templates of that name, to the proposer unless to somebody else.

    Call it in the reader's language.
    """
    return build_mail(
        f"proposals/mail/{template}",
        to=to or proposal.proposer_mail,
        language=language or proposal.locale,
        subject=f"{subject} – NANIF",
        context={"subject": subject, "proposal": proposal, "url": url or follow_url(proposal)},
    )
