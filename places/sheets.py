"""The register of plans as a sheet: a row for each local government."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from places import area_change_sheets  # noqa: F401
from places.models import LOCAL_GOVERNMENTS, LocalPlan
from places.plans import editable_plans, keeps_all_plans
from regions.models import Area
from regions.selectors import areas_inside, areas_kept_by
from regions.sheets import area
from sheets.bindings import column_of, options_of
from sheets.columns import Column
from sheets.kinds import Choice, Date, Text, WebAddress
from sheets.registry import Change, Importer, Options, Problem, Record, Stored, register

__all__ = ["PlanImporter"]

_FIELDS = (
    "status", "title_ja", "title_en", "starts", "ends", "url", "sources", "as_of", "accessed",
    "internal_note",
)  # fmt: skip


@register
class PlanImporter(Importer):
    """Plans of local governments: one row for each place. Places without a row stay as they are."""

    name = "plans"
    label = gettext_lazy("Plans of local governments")
    note = gettext_lazy(
        "A row for each local government with what is known of its plan. Local governments without "
        "a row stay as they are. What is stored is public at once, except the notes for editors."
    )
    most_rows = 2_000

    def columns(self) -> Sequence[Column]:
        """The place, and the fields of its plan."""
        statuses = Choice(source=partial(options_of, LocalPlan.Status.choices))
        return [
            column_of(
                LocalPlan, "area", area(),
                required=True, is_immutable=True, example="131041 新宿区",
                aliases=("自治体", "団体コード", "市区町村", "自治体名"),
                note=gettext_lazy("Code of the place, its name, or both."),
            ),
            column_of(
                LocalPlan, "status", statuses,
                required=True, example="own", aliases=("策定状況", "計画の有無"),
            ),
            column_of(
                LocalPlan, "title_ja",
                example="見本市多文化共生推進プラン", aliases=("計画名",),
            ),
            column_of(LocalPlan, "title_en"),
            column_of(LocalPlan, "starts", Date(), example="2023", aliases=("計画期間（始）",)),
            column_of(LocalPlan, "ends", Date(), example="2027", aliases=("計画期間（終）",)),
            column_of(LocalPlan, "url", WebAddress(longest=600), aliases=("URL",)),
            column_of(
                LocalPlan, "sources", Text(lines=True),
                required=True, example="https://www.city.example.jp/plan", aliases=("出典",),
            ),
            column_of(LocalPlan, "as_of", Date()),
            column_of(LocalPlan, "accessed", Date(), example="2026-11-23", aliases=("確認日",)),
            column_of(LocalPlan, "internal_note", Text(longest=10_000, lines=True)),
        ]  # fmt: skip

    def is_allowed(self) -> bool:
        """Whether the person keeps the plans of any place."""
        return bool(
            self.user.has_perm("wagtailadmin.access_admin")
            and (keeps_all_plans(self.user) or areas_kept_by(self.user).exists())
        )

    @cached_property
    def _kept(self) -> set[str]:
        """Codes of the places whose plans the person keeps."""
        areas = Area.objects.filter(kind__in=LOCAL_GOVERNMENTS)
        if not keeps_all_plans(self.user):
            inside = areas_inside(areas_kept_by(self.user))
            areas = areas.filter(pk__in=inside.values("pk"))
        return set(areas.values_list("pk", flat=True))

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The plan of each row's place, if the person keeps it."""
        codes = [record.get("area") for record in records]
        plans = {
            plan.area_id: plan
            for plan in editable_plans(self.user).filter(area__in=codes).select_related("area")
        }
        areas = Area.objects.defer("shape").in_bulk(codes)
        return [self._found(record, plans, areas, problems) for record in records]

    def _found(
        self,
        record: Record,
        plans: Mapping[str, LocalPlan],
        areas: Mapping[str, Area],
        problems: list[Problem],
    ) -> Stored | None:
        if "area" in record.wrong:
            return None
        code = record.get("area")
        if code not in areas:
            problems.append(
                self.problem(record, _("Write the code or the name of a local government."), "area")
            )
            return None
        place = areas[code]
        if code not in self._kept:
            problems.append(
                self.problem(
                    record,
                    _("%(place)s is no local government whose plan you keep.")
                    % {"place": place.label},
                    "area",
                )
            )
            return None
        plan = plans.get(code)
        return Stored(code, place.label, _values(plan) if plan else None, plan)

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Check the rules of the model; each message stands at its column."""
        for change in changes:
            try:
                _changed(change).full_clean()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    column = name if name in {"area", *_FIELDS} else ""
                    problems.extend(
                        self.problem(change.record, message, column) for message in messages
                    )

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store the plans, each with an entry in the history."""
        for change in changes:
            plan = _changed(change)
            plan.save()
            log(
                instance=plan,
                action="wagtail.create" if change.is_new else "wagtail.edit",
                user=self.user,
            )
            options.on_record()
        return []

    def export(self) -> Iterable[Mapping[str, str]]:
        """Every plan that the person keeps."""
        for plan in editable_plans(self.user).filter(area__in=self._kept):
            yield _values(plan)


def _values(plan: LocalPlan) -> dict[str, str]:
    return {"area": plan.area_id, **{name: getattr(plan, name) for name in _FIELDS}}


def _changed(change: Change) -> LocalPlan:
    """The plan as it will be."""
    plan: LocalPlan = change.stored.target or LocalPlan(area_id=change.stored.key)
    for name in _FIELDS:
        if name in change.new_values:
            setattr(plan, name, change.new_values[name])
    return plan
