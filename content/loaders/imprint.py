"""imprint.json: what is publicly known of who runs the site."""

from __future__ import annotations

from contact.models import Imprint
from contact.selectors import current_imprint
from content.reading import ContentFiles

FILE = "imprint.json"
FIELDS = ("operator_ja", "operator_en", "website")


def load_imprint(files: ContentFiles) -> int:
    """Fill in what the imprint does not say yet. Returns the number of fields filled in.

    What administrators have written stays; what only they can decide is in no file.
    """
    known = files.json(FILE) or {}
    if missing := [name for name in FIELDS if not known.get(name)]:
        files.problems.add(FILE, f"lacks: {', '.join(missing)}.")
        return 0
    imprint: Imprint = current_imprint()
    empty = [name for name in FIELDS if not getattr(imprint, name)]
    for name in empty:
        setattr(imprint, name, known[name])
    if empty:
        imprint.save()
    return len(empty)
