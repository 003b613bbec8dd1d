"""A campaign: many mails over one connection, which gives up when the server is away."""

from __future__ import annotations

import enum
import logging
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

__all__ = ["Campaign", "Delivery"]

logger = logging.getLogger(__name__)

# Failures in a row after which the server, not an address, is taken to be the cause.
_MOST_FAILURES_IN_A_ROW = 3


class Delivery(enum.Enum):
    """What became of one mail."""

    TAKEN = "taken by the server"
    REFUSED = "refused by the server for its address"
    FAILED = "not sent; the next run tries again"


class Campaign:
    """Sends mails one after another.

    Attributes:
        failed: mails that the server did not take, those not tried any more included.
    """

    def __init__(self, name: str, *, dry_run: bool = False) -> None:
        """With `dry_run` every mail counts as taken, and none is sent.

        Args:
            name: for the log.
        """
        self.failed = 0
        self._name = name
        self._dry_run = dry_run
        self._taken = 0
        self._failed_in_a_row = 0
        self._connection: BaseEmailBackend = get_connection()

    @property
    def has_given_up(self) -> bool:
        """Whether so many mails failed in a row that no further one is tried."""
        return self._failed_in_a_row >= _MOST_FAILURES_IN_A_ROW

    def skip(self) -> None:
        """Count a mail that is not tried, since the campaign has given up."""
        self.failed += 1

    def deliver(self, mail: EmailMultiAlternatives, about: str) -> Delivery:
        """Send one mail.

        Args:
            about: for the log, without personal data: "alert 12".
        """
        if self._dry_run:
            return Delivery.TAKEN
        mail.connection = self._connection
        try:
            mail.send()
        except OSError as error:  # its text may name the address
            self.failed += 1
            logger.warning("Mail about %s was not sent: %s", about, type(error).__name__)
            self._connection.close()
            if isinstance(error, SMTPRecipientsRefused):
                return Delivery.REFUSED
            self._failed_in_a_row += 1
            return Delivery.FAILED
        self._failed_in_a_row = 0
        self._taken += 1
        logger.info("Mail about %s was sent", about)
        return Delivery.TAKEN

    def close(self) -> None:
        """Close the connection and log the sums."""
        self._connection.close()
        logger.info("Campaign %s: %d mails sent, %d failed", self._name, self._taken, self.failed)
