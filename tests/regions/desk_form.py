"""What the form of a consultation desk sends."""

from __future__ import annotations

from typing import Any

from regions.models import ConsultationDesk


def form_of(desk: ConsultationDesk | None = None, **values: Any) -> dict[str, Any]:
    """What the form of a desk sends, with some values changed."""
    names = [
        "code", "name_ja", "name_en", "operator_ja", "operator_en", "hours_ja", "hours_en",
        "interpreting_ja", "interpreting_en", "address_ja", "address_en", "email", "url",
        "sources", "as_of", "accessed", "internal_note", "last_confirmed_by",
    ]  # fmt: skip
    phones = list(desk.phones.all()) if desk else []
    data: dict[str, Any] = {name: getattr(desk, name, "") for name in names}
    for name in ("areas", "languages", "advice_fields"):
        data[name] = [item.pk for item in getattr(desk, name).all()] if desk else []
    data |= {"is_public": "on", "last_confirmed_at": "", "phones-TOTAL_FORMS": len(phones),
             "phones-INITIAL_FORMS": len(phones)}  # fmt: skip
    for number, phone in enumerate(phones):
        for name in ("id", "number", "note_ja", "note_en"):
            data[f"phones-{number}-{name}"] = getattr(phone, name)
        data[f"phones-{number}-ORDER"] = number
    return data | values
