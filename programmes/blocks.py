"""Blocks of programmes' pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import StepBlock

__all__ = ["GuideStepBlock"]


class GuideStep(blocks.StructValue):
    """The values of a step with its sources one by one."""

    @property
    def source_lines(self) -> list[str]:
        """The sources one by one."""
        return [line.strip() for line in (self.get("sources") or "").splitlines() if line.strip()]


class GuideStepBlock(StepBlock):
    """One step of a guide for those who begin, with where it was read."""

    sources = blocks.TextBlock(
        label=_("Sources"),
        required=False,
        help_text=_("Addresses, or names of documents, one a line."),
    )

    class Meta:
        value_class = GuideStep
