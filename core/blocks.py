"""The few blocks that prose is made of, on every page of the site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from core.rich_text import PARAGRAPH

__all__ = ["FigureBlock", "ProseBlock", "QuoteBlock", "StepBlock"]


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else, with who said them and where they were read."""

    text = blocks.TextBlock(label=_("Words"))
    attribution = blocks.CharBlock(label=_("Who said it"), required=True)
    source_url = blocks.URLBlock(label=_("Where it was read"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "blocks/quote.html"
        description = _("Short quotation with its speaker and source")
        preview_value = {
            "text": "ことばが通じると、まちが近くなる。",
            "attribution": "日本語教室の参加者（見本）",
        }


class FigureBlock(blocks.StructBlock):
    """A picture with its alternative text and a caption."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/figure.html"
        description = _("Picture with alternative text, caption and credit")


class ProseBlock(blocks.StreamBlock):
    """Running text: headings, paragraphs, quotations and pictures."""

    heading = blocks.CharBlock(
        label=_("Heading"),
        icon="title",
        template="blocks/heading.html",
        description=_("Heading inside this section"),
        preview_value="取組のきっかけ",
    )
    subheading = blocks.CharBlock(
        label=_("Subheading"),
        icon="title",
        template="blocks/subheading.html",
        description=_("Heading below a heading"),
        preview_value="子どもの教室",
    )
    paragraph = blocks.RichTextBlock(
        label=_("Paragraph"),
        icon="pilcrow",
        features=PARAGRAPH,
        template="blocks/paragraph.html",
        description=_("Text with links, emphasis and lists"),
        preview_value="<p>市と国際交流協会が、学校に入る前の子どもの教室を開いた。</p>",
    )
    quote = QuoteBlock()
    figure = FigureBlock()

    class Meta:
        required = False


class StepBlock(blocks.StructBlock):
    """One step of a practice: what was done, by whom, in which phase, and what was learnt."""

    title = blocks.CharBlock(label=_("Step"), max_length=80)
    phase = blocks.ChoiceBlock(
        label=_("Phase"),
        required=False,
        choices=[
            ("preparation", _("Preparation")),
            ("start", _("Start")),
            ("running", _("Operation")),
            ("evaluation", _("Evaluation")),
        ],
    )
    what = blocks.TextBlock(label=_("What was done"))
    who = blocks.CharBlock(label=_("Who did it"), required=False)
    enabling_factors = blocks.TextBlock(label=_("What helped"), required=False)
    lessons = blocks.TextBlock(label=_("What we learnt"), required=False)

    class Meta:
        icon = "list-ol"
        label = _("Step")
        template = "blocks/step.html"
        description = _("A step that others can follow")
