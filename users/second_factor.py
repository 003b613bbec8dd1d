"""The second factor: a code from an app on the telephone (TOTP), or one of ten codes on paper."""

from __future__ import annotations

import unicodedata

import segno
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django_otp import devices_for_user, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from users.models import User
from users.roles import is_administrator

__all__ = [
    "PAPER_CODES",
    "begin",
    "code_is_right",
    "confirm",
    "has_second_factor",
    "is_required",
    "new_paper_codes",
    "qr_code",
    "who_has_second_factor",
]

PAPER_CODES = 10


def has_second_factor(user: User) -> bool:
    """Whether somebody has set up a second factor."""
    return bool(user_has_device(user))


def who_has_second_factor() -> set[int]:
    """Numbers of the users who have set up a second factor. One query."""
    return set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))


def is_required(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether somebody must have one: administrators, where the settings say so."""
    return settings.SECOND_FACTOR_REQUIRED and is_administrator(user)


def begin(*, user: User) -> TOTPDevice:
    """The key to set up; the same until it is confirmed, so that a page can be loaded again."""
    device, _created = TOTPDevice.objects.get_or_create(user=user, confirmed=False, name="app")
    return device


def confirm(*, user: User, code: str) -> list[str] | None:
    """Switch it on when the code of the app is right; returns the codes for paper, else None."""
    device = begin(user=user)
    if not device.verify_token(_digits(code)):
        return None
    device.confirmed = True
    device.save()
    return new_paper_codes(user=user)


@transaction.atomic
def new_paper_codes(*, user: User) -> list[str]:
    """Ten new codes that work once each; earlier ones become void."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="paper")
    codes = [StaticToken.random_token() for _number in range(PAPER_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


@transaction.atomic
def code_is_right(*, user: User, code: str) -> bool:
    """Whether a code of the app or of the paper is right; it cannot be used again."""
    digits = _digits(code)
    for device in devices_for_user(user, for_verify=True):
        if isinstance(device, StaticDevice):
            # Wrong codes for the app must not make those on paper wait.
            if not digits.isdigit() and device.verify_token(digits):
                return True
        elif digits.isdigit() and device.verify_token(digits):
            return True
    return False


def qr_code(device: TOTPDevice) -> str:
    """The key as a picture to scan, as an SVG element."""
    return segno.make(device.config_url, error="m").svg_inline(scale=5, border=2)


def _digits(code: str) -> str:
    """As people type: with blanks, capitals, full-width digits."""
    return "".join(unicodedata.normalize("NFKC", code).split()).lower()
