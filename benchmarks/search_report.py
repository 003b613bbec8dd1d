"""The report of `make bench-search`: ratios first, then numbers, then how they were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["ENGINES", "OTHERS", "SYSTEMS", "Results", "report"]

ENGINES = {"embedded": "embedded", "elasticsearch": "Elasticsearch"}
OTHERS = {
    "wagtail-fulltext": "Wagtail, full text on SQLite (its default)",
    "wagtail-substring": "Wagtail, substrings on SQLite (its fallback)",
    "wagtail-elasticsearch": "Wagtail on the same Elasticsearch node",
    "trigrams": "SQLite FTS5 trigrams",
}
SYSTEMS = (*ENGINES, *OTHERS)

# Name, what it is, unit, digits. Less is better but for rates.
FIGURES = [
    ("rebuild", "Index built anew", "s", 1),
    ("index_mb", "Index", "MB", 0),
    ("worker_mb", "Web worker, resident", "MB", 0),
    ("node_mb", "Elasticsearch node, resident", "MB", 0),
    ("search_p50", "Full search, p50", "ms", 1),
    ("search_p95", "Full search, p95", "ms", 1),
    ("search_p99", "Full search, p99", "ms", 1),
    ("page_p50", "Page of results, p50", "ms", 1),
    ("page_p95", "Page of results, p95", "ms", 1),
    ("page_p99", "Page of results, p99", "ms", 1),
    ("suggest_p50", "Suggestions, p50", "ms", 2),
    ("suggest_p95", "Suggestions, p95", "ms", 2),
    ("suggest_p99", "Suggestions, p99", "ms", 2),
    ("suggest_first", "First suggestions of a process that was not warmed up", "ms", 0),
    ("publish_p50", "Publication itself, p50", "ms", 0),
    ("publish_p95", "Publication itself, p95", "ms", 0),
    ("visible_p50", "From publishing to found, p50", "ms", 0),
    ("visible_p95", "From publishing to found, p95", "ms", 0),
    ("rate_1", "Pages a second, 1 client", "", 1),
    ("rate_2", "Pages a second, 2 clients", "", 1),
    ("rate_4", "Pages a second, 4 clients", "", 1),
    ("rate_8", "Pages a second, 8 clients", "", 1),
    ("clients_1_p95", "A page with 1 client, p95", "ms", 0),
    ("clients_2_p95", "A page with 2 clients, p95", "ms", 0),
    ("clients_4_p95", "A page with 4 clients, p95", "ms", 0),
    ("clients_8_p95", "A page with 8 clients, p95", "ms", 0),
]

TARGET_CASES = 100_000
# Figure, what it is, and the most there may be on each engine.
TARGETS = [
    ("search_p95", "Full search, p95", "ms", {"embedded": 80.0, "elasticsearch": 100.0}),
    ("suggest_p95", "Suggestions, p95", "ms", {"embedded": 5.0, "elasticsearch": 5.0}),
    ("rebuild", "Index built anew", "s", {"embedded": 300.0, "elasticsearch": 300.0}),
    ("visible_p95", "From publishing to found, p95", "ms",
     {"embedded": 1000.0, "elasticsearch": 2000.0}),
]  # fmt: skip

Key = tuple[str, int]


@dataclass
class Results:
    """What was measured so far.

    Attributes:
        command, machine: how and where.
        figures: by system and number of synthetic cases.
        answers: by half, by system and kind of query: answered, asked.
        notes: what else a reader should know, and what failed.
        loads: when, and how busy the machine was.
        queries: how many were asked, by kind.
    """

    command: str
    date: str
    machine: str
    figures: dict[Key, dict[str, float]] = field(default_factory=dict)
    answers: dict[str, dict[str, dict[str, tuple[int, int]]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    loads: list[tuple[str, str]] = field(default_factory=list)
    queries: dict[str, int] = field(default_factory=dict)
    minutes: float = 0.0
    is_whole: bool = False

    def add(self, system: str, cases: int, figures: dict[str, float]) -> None:
        """Keep figures of a system."""
        self.figures.setdefault((system, cases), {}).update(figures)

    def get(self, system: str, cases: int, name: str) -> float | None:
        """A figure, if it was measured."""
        return self.figures.get((system, cases), {}).get(name)

    @property
    def sizes(self) -> list[int]:
        """Numbers of synthetic cases with figures."""
        return sorted({cases for _system, cases in self.figures})


def report(results: Results) -> str:
    """The report as Markdown."""
    parts: list[Callable[[Results], Iterator[str]]] = [
        _heading, _ratios, _answers, _numbers, _others, _kinds, _failures, _how,
    ]  # fmt: skip
    return "\n".join(line for part in parts for line in part(results)).rstrip() + "\n"


def _heading(results: Results) -> Iterator[str]:
    yield "# How fast the search is"
    yield ""
    yield f"Made by `{results.command}` on {results.date}: {results.machine}."
    yield "Times depend on the machine and on what else it does; ratios of one run can be compared."
    if not results.is_whole:
        yield ""
        yield "**This run has not ended: what is missing was not measured yet.**"


def _ratios(results: Results) -> Iterator[str]:
    lines = [*_growth(results), *_targets(results), *_beside(results)]
    if lines:
        yield from ("", "## Ratios", *lines)


def _growth(results: Results) -> Iterator[str]:
    """How much more everything costs from one size to the next."""
    engines = _engines(results)
    pairs = list(zip(results.sizes, results.sizes[1:], strict=False))
    if not engines or not pairs:
        return
    yield from ("", "### Cost of more pages", "")
    times = ", ".join(f"{more // less}-fold" for less, more in pairs)
    yield f"How many times as much as at the size before (pages: {times}). Rates are turned round."
    yield ""
    columns = [(engine, less, more) for less, more in reversed(pairs) for engine in engines]
    yield _row("", *(f"{less:,} → {more:,} {ENGINES[e]}" for e, less, more in columns))
    yield _rule(len(columns))
    for name, label, _unit, _digits in FIGURES:
        cells = [_ratio(results, engine, name, less, more) for engine, less, more in columns]
        if any(cell != "–" for cell in cells):
            yield _row(label, *cells)


def _ratio(results: Results, engine: str, name: str, less: int, more: int) -> str:
    before, after = results.get(engine, less, name), results.get(engine, more, name)
    if not before or not after:
        return "–"
    ratio = before / after if name.startswith("rate_") else after / before
    return f"**{ratio:.1f}**" if ratio >= more / less else f"{ratio:.1f}"


def _targets(results: Results) -> Iterator[str]:
    engines = _engines(results)
    if TARGET_CASES not in results.sizes or not engines:
        return
    yield from ("", f"### Targets at {TARGET_CASES:,} cases", "")
    yield "Measured as a share of the most that is wanted; up to 100 % is met."
    yield ""
    columns = [cell for e in engines for cell in (ENGINES[e], "target", "share")]
    yield _row("", *columns)
    yield _rule(len(columns))
    for name, label, unit, most in TARGETS:
        cells: list[str] = []
        for engine in engines:
            value = results.get(engine, TARGET_CASES, name)
            target = most[engine]
            share = "–" if value is None else f"{100 * value / target:.0f} %"
            if value is not None and value > target:
                share = f"**{share}**"
            cells += [_number(value, 1, unit), _number(target, 0, unit), share]
        yield _row(label, *cells)


def _beside(results: Results) -> Iterator[str]:
    """Every system's time as a multiple of the embedded engine's."""
    others = [system for system in OTHERS if _has(results, system)]
    if not others:
        return
    yield from ("", "### Beside other searches", "")
    yield (
        "Time of a search as a multiple of the embedded engine's, p50 and p95. This site's search "
        "counts all facets, marks passages and looks up addresses meanwhile; the others give ten "
        "pages and their number."
    )
    yield ""
    columns = [(cases, name) for cases in results.sizes for name in ("p50", "p95")]
    yield _row("", *(f"{cases:,} {name}" for cases, name in columns))
    yield _rule(len(columns))
    for system in [*_engines(results), *others]:
        cells = []
        for cases, name in columns:
            own = results.get("embedded", cases, f"search_{name}")
            value = results.get(system, cases, f"search_{name}")
            cells.append(f"{value / own:.1f}" if own and value else "–")
        yield _row(_label(system), *cells)


def _answers(results: Results) -> Iterator[str]:
    if not results.answers:
        return
    yield from ("", "## Queries answered at all", "")
    yield (
        "Of the judged queries (`tests/search/relevance/`) for which a case study is relevant, how "
        "many find a relevant one among the first ten, on the real content alone. Of the reported "
        "half only sums are shown. How well this site answers: `manage.py search_evaluate`."
    )
    yield ""
    systems = list(dict.fromkeys(system for half in results.answers.values() for system in half))
    yield _row("Kind of query", *(_label(system) for system in systems))
    yield _rule(len(systems))
    tuning = results.answers.get("tuning", {})
    for kind in sorted({kind for kinds in tuning.values() for kind in kinds}):
        yield _row(kind, *(_share(tuning.get(s, {}).get(kind)) for s in systems))
    for half, label in (("tuning", "all of the tuning half"), ("reported", "the reported half")):
        sums = [_sum(results.answers.get(half, {}).get(system, {})) for system in systems]
        yield _row(f"**{label}**", *(f"**{_share(total)}**" if total else "–" for total in sums))


def _numbers(results: Results) -> Iterator[str]:
    """This site's search in numbers."""
    columns = [(e, cases) for e in _engines(results) for cases in results.sizes]
    if not columns:
        return
    yield from ("", "## Numbers of this site's search", "")
    yield _row("", *(f"{ENGINES[engine]} {cases:,}" for engine, cases in columns))
    yield _rule(len(columns))
    for name, label, unit, digits in FIGURES:
        values = [results.get(engine, cases, name) for engine, cases in columns]
        if any(value is not None for value in values):
            yield _row(
                f"{label}, {unit}" if unit else label,
                *(_number(value, digits) for value in values),
            )


def _others(results: Results) -> Iterator[str]:
    rows = [
        (system, cases)
        for cases in results.sizes
        for system in OTHERS
        if (system, cases) in results.figures
    ]
    if not rows:
        return
    yield from ("", "## Numbers of the others", "")
    yield _row("Search", "Cases", "Index built in s", "Index MB", "p50 ms", "p95 ms", "asked",
               "given up")  # fmt: skip
    yield "|---|" + "--:|" * 7
    for system, cases in rows:
        names = [("rebuild", 1), ("index_mb", 0), ("search_p50", 1), ("search_p95", 1),
                 ("asked", 0), ("given_up", 0)]  # fmt: skip
        cells = [_number(results.get(system, cases, name), digits) for name, digits in names]
        yield _row(OTHERS[system], f"{cases:,}", *cells)


def _kinds(results: Results) -> Iterator[str]:
    """Full searches by kind of query at the largest size."""
    engines = _engines(results)
    if not engines:
        return
    cases = max(c for engine, c in results.figures if engine in engines)
    kinds = [
        name.removeprefix("kind:").removesuffix("_p50")
        for name in results.figures.get((engines[0], cases), {})
        if name.startswith("kind:") and name.endswith("_p50")
    ]
    if not kinds:
        return
    yield from ("", f"## Full searches by kind of query, {cases:,} cases", "")
    columns = [(engine, percent) for engine in engines for percent in ("p50", "p95")]
    yield _row("Kind", "queries", *(f"{ENGINES[e]} {p} ms" for e, p in columns))
    yield _rule(len(columns) + 1)
    for kind in sorted(kinds):
        cells = [_number(results.get(e, cases, f"kind:{kind}_{p}"), 1) for e, p in columns]
        yield _row(kind, str(results.queries.get(kind, "–")), *cells)


def _failures(results: Results) -> Iterator[str]:
    if results.failures:
        yield from ("", "## Not measured", "")
        yield from (f"- {failure}" for failure in results.failures)


def _how(results: Results) -> Iterator[str]:
    yield from ("", "## How it was measured", "")
    yield from (f"- {note}" for note in results.notes)
    if results.loads:
        yield from ("", "Load of the machine (processes that wanted to run, mean over 1 and 5 "
                    "minutes), the benchmark itself included after its start:", "")  # fmt: skip
        yield _row("After", "1 min / 5 min")
        yield "|---|--:|"
        yield from (_row(when, load) for when, load in results.loads)
    yield ""
    yield f"The run took {results.minutes:.0f} minutes."


def _engines(results: Results) -> list[str]:
    return [engine for engine in ENGINES if _has(results, engine)]


def _has(results: Results, system: str) -> bool:
    return any(one == system for one, _cases in results.figures)


def _label(system: str) -> str:
    name = ENGINES.get(system)
    return f"This site, {name}" if name else OTHERS[system]


def _sum(kinds: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    if not kinds:
        return None
    return sum(right for right, _ in kinds.values()), sum(asked for _, asked in kinds.values())


def _share(answered: tuple[int, int] | None) -> str:
    return "–" if answered is None else f"{answered[0]} of {answered[1]}"


def _number(value: float | None, digits: int, unit: str = "") -> str:
    if value is None:
        return "–"
    return f"{value:,.{digits}f} {unit}".rstrip()


def _row(first: str, *others: str) -> str:
    return f"| {first} | {' | '.join(others)} |"


def _rule(columns: int | Sequence[str]) -> str:
    count = columns if isinstance(columns, int) else len(columns)
    return "|---|" + "--:|" * count
