"""What a harvester asks for: verbs, arguments, resumption tokens, and what is wrong with them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core import signing
from django.http import QueryDict

__all__ = ["PREFIX", "Asked", "OaiError", "read_arguments", "resumption_token"]

#: The one metadata format.
PREFIX = "oai_dc"

# Arguments of each verb: required ones, others that it may have. A token stands alone.
_VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
}
_DAY, _SECOND = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"
_WRITTEN = {
    re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII): (_DAY, datetime.timedelta(days=1)),
    re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII): (
        _SECOND,
        datetime.timedelta(seconds=1),
    ),
}
_SALT = "oai.resumption"


class OaiError(Exception):
    """Ends a request with an error code of the protocol, and words."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes:
        arguments: as they were sent, to be repeated in the answer.
        identifier: of the one record it is about; may be empty.
        start, end: records changed from `start` until before `end`; None is no limit.
        after: moment and code of the last record that was given already.
        given: how many records were given already.
    """

    verb: str
    arguments: Mapping[str, str]
    identifier: str = ""
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    after: tuple[datetime.datetime, str] | None = None
    given: int = 0


def read_arguments(sent: QueryDict) -> Asked:
    """Read what was sent by GET or POST.

    Raises:
        OaiError: the verb or an argument is wrong.
    """
    verbs = sent.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise OaiError("badVerb", f"Send the argument verb once: {', '.join(_VERBS)}.")
    required, optional = _VERBS[verbs[0]]
    arguments = {name: values[-1] for name, values in sent.lists()}
    if repeated := [name for name, values in sent.lists() if len(values) > 1]:
        raise OaiError("badArgument", f"Sent more than once: {_named(repeated)}.")
    names = arguments.keys() - {"verb"}
    if unknown := names - required - optional:
        raise OaiError("badArgument", f"Not an argument of {verbs[0]}: {_named(unknown)}.")
    asked = Asked(verbs[0], arguments)
    if "resumptionToken" in names:
        if len(names) > 1:
            raise OaiError("badArgument", "Send resumptionToken without other arguments.")
        return _resumed(asked)
    if missing := required - names:
        raise OaiError("badArgument", f"Missing argument: {_named(missing)}.")
    if arguments.get("metadataPrefix", PREFIX) != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"The only metadataPrefix is {PREFIX}.")
    if "set" in names or verbs[0] == "ListSets":
        raise OaiError("noSetHierarchy", "This repository has no sets.")
    start, end = _range(arguments)
    return replace(asked, identifier=arguments.get("identifier", ""), start=start, end=end)


def _named(names: object) -> str:
    return ", ".join(sorted(name[:40] for name in names))  # type: ignore[attr-defined]


def _range(
    arguments: Mapping[str, str],
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    start = end = None
    steps = set()
    if "from" in arguments:
        start, step = _moment("from", arguments["from"])
        steps.add(step)
    if "until" in arguments:
        last, step = _moment("until", arguments["until"])
        try:
            end = last + step
        except OverflowError as error:
            raise OaiError("badArgument", "The argument until lies too far ahead.") from error
        steps.add(step)
    if len(steps) > 1:
        raise OaiError("badArgument", "Write from and until in the same form.")
    if start and end and end <= start:
        raise OaiError("badArgument", "The argument until is earlier than from.")
    return start, end


def _moment(name: str, text: str) -> tuple[datetime.datetime, datetime.timedelta]:
    """The moment at which a day or second begins, in UTC, and how long it lasts."""
    for pattern, (form, step) in _WRITTEN.items():
        if pattern.fullmatch(text):
            try:
                moment = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.UTC)
                return moment, step
            except ValueError:
                break
    raise OaiError("badArgument", f"Write {name} as 2026-05-31 or 2026-05-31T09:00:00Z.")


def resumption_token(asked: Asked, last: tuple[datetime.datetime, str], given: int) -> str:
    """What continues a list after its record `last`. Signed, so that nobody needs to store it."""
    moments = [asked.start, asked.end, last[0]]
    return signing.dumps(
        [asked.verb, *(moment and moment.isoformat() for moment in moments), last[1], given],
        salt=_SALT,
        compress=True,
    )


def _resumed(asked: Asked) -> Asked:
    wrong = OaiError("badResumptionToken", "Unknown resumptionToken. Begin the list anew.")
    try:
        verb, start, end, moment, code, given = signing.loads(
            asked.arguments["resumptionToken"], salt=_SALT
        )
    except (signing.BadSignature, ValueError) as error:
        raise wrong from error
    if verb != asked.verb:
        raise wrong
    read = datetime.datetime.fromisoformat
    return replace(
        asked,
        start=start and read(start),
        end=end and read(end),
        after=(read(moment), code),
        given=given,
    )
