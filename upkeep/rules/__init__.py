"""Rules for content that stays right: each finds one kind of fault, with its reason and cure.

A new rule is a function with `@rule` and a line below; words, hosts and limits that it goes by
stand in `upkeep/data/content-rules.toml`.
"""

from __future__ import annotations

from upkeep.rules.codes import actor_not_borne_out, theme_not_borne_out
from upkeep.rules.dates import era_alone, impossible_date, stale
from upkeep.rules.figures import figure_without_source
from upkeep.rules.languages import language_missing, long_plain_sentence, numbers_differ
from upkeep.rules.quotations import long_quotation
from upkeep.rules.rule import Fault, Rule
from upkeep.rules.sources import single_source, unfit_source

__all__ = ["RULES", "Fault", "Rule"]

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        unfit_source,
        single_source,
        theme_not_borne_out,
        actor_not_borne_out,
        language_missing,
        numbers_differ,
        figure_without_source,
        impossible_date,
        era_alone,
        stale,
        long_quotation,
        long_plain_sentence,
    )
}
