"""All stories, in the order in which they are played: each may need what came of those before."""

from __future__ import annotations

from collections.abc import Callable

from tools.guides import language, outside, people, review, spreadsheets
from tools.guides.stage import Stage

STORIES: list[Callable[[Stage], None]] = [
    review.write_a_case,
    review.send_it_back,
    review.approve_it,
    language.translate_a_page,
    language.write_plain_japanese,
    spreadsheets.work_with_a_spreadsheet,
    outside.propose_a_case,
    outside.answer_a_question,
    people.bring_a_region_on_board,
    people.invite_somebody,
    people.somebody_leaves,
]
