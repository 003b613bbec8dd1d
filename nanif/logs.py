"""Secrets in addresses kept out of logs.

Links in mails (proposals, confirmations, alerts, invitations, new passwords) open something for
whoever has them, for months. Django and gunicorn log the addresses they are asked for, so both
loggers replace that part of the path. `docs/howto/deploy.md` does the same for nginx.
"""

from __future__ import annotations

import logging
import re

__all__ = ["SECRET_PATHS", "RedactSecrets", "redact"]

# What stands before a secret in an address. A test compares this with all URL patterns.
SECRET_PATHS = (
    "/alerts/confirm/",
    "/alerts/stop/",
    "/proposals/",
    "/confirm/",
    "/admin/invitation/",
    "/admin/password_reset/confirm/",
)
# What has no secret: pages beside them, and modules of that name in tracebacks.
_OPEN = r"sent/|thanks/|[a-z_/]+\.py\b"

_AFTER = re.compile(
    rf"(?<!/admin)(?<!/private)({'|'.join(map(re.escape, SECRET_PATHS))})(?!{_OPEN})[^\s\"'<>]+",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text with everything after such a path replaced."""
    return _AFTER.sub(r"\1[secret]", text) if "/" in text else text


class RedactSecrets(logging.Filter):
    """For handlers: rewrites each record, its traceback included, and lets it pass."""

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace secrets in the message and in the traceback."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(self._formatter.formatException(record.exc_info))
        return True
