"""Files of judged queries: what people would want to find for what they type.

A line is `query<TAB>reader's language<TAB>judgements<TAB>kind`, the kind may be missing. Judgements
are parted by commas; later ones win over earlier ones, named pages over rules:

    higashikawa-care-scholarship:3     the page with this address: exactly about it
    nanif-mie/symposium-2024:2         where several share the last part, the part above as well
    term/夜間中学:3                    a record that is no page: its kind and one of its names
    /介護|care work/:1                 every page with a match of this pattern in its text
    title/介護/:3                      every page with a match in its title
    @care                              what the line of that name in `topics.tsv` says

Grades: 3 exactly about it, 2 clearly useful, 1 touches it, 0 not relevant though a pattern takes it
in.
The same page in another language counts as the same page: a name means the version that is best
for the reader, and patterns are matched against every language version. Records are judged by name
alone; a mark or gap in their names is a hyphen.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from django.conf import settings
from wagtail.models import Page

from search.index.document import ContentDocument
from search.index.projection import documents_of_items, findable_items

__all__ = ["Corpus", "JudgementError", "Question", "read_questions"]

TOPICS = "topics.tsv"
_HIGHEST = 3
_MOST_ERRORS = 20
_NO_LETTER = re.compile(r"[^\w]+")
_ITEM = re.compile(
    r"@(?P<topic>[\w-]+)"
    r"|(?P<where>title)?/(?P<pattern>(?:[^/\\]|\\.)+)/:(?P<pattern_grade>[^,]*)"
    r"|(?P<name>[\w-]+(?:/[\w-]+)*):(?P<grade>[^,]*)"
)


class JudgementError(ValueError):
    """A file of judgements cannot be used; says in which line, what is wrong and what to do."""


@dataclass(frozen=True)
class Question:
    """A query of a reader and the grades of pages for it, by id; of records by number."""

    query: str
    locale: str
    grades: Mapping[int, int]
    kind: str = ""
    line: int = 0

    @property
    def relevant(self) -> set[int]:
        """Pages with a grade of 1 or more."""
        return {page for page, grade in self.grades.items() if grade > 0}


@dataclass(frozen=True)
class _Reader:
    """What readers of one language can find: pages by name, titles and texts by page."""

    names: dict[str, set[int]]
    titles: dict[int, str]
    texts: dict[int, str]


class Corpus:
    """The pages that judgements speak of, as each reader would find them."""

    def __init__(
        self,
        documents: Iterable[ContentDocument],
        paths: Mapping[int, str],
        records: Iterable[ContentDocument] = (),
    ) -> None:
        """Build the lookups.

        Args:
            documents: of pages.
            paths: addresses by page id, parts separated by slashes.
            records: documents of what is found beside pages.
        """
        readers: dict[str, _Reader] = {
            code: _Reader(defaultdict(set), {}, {})
            for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
        }
        for document in documents:
            title = "\n".join([document.title, *document.translations[::2]])
            text = "\n".join(
                [title, document.lead, document.body, *document.names, *document.translations]
            )
            parts = paths[document.page_id].strip("/").split("/")
            for locale in document.audience:
                reader = readers[locale]
                reader.titles[document.page_id] = title
                reader.texts[document.page_id] = text
                for start in range(len(parts)):
                    reader.names["/".join(parts[start:])].add(document.page_id)
        for record in records:
            for locale, name in product(record.audience, (record.title, *record.names)):
                hyphened = _NO_LETTER.sub("-", name).strip("-")
                readers[locale].names[f"{record.kind}/{hyphened}"].add(record.number)
        self._readers = readers

    @classmethod
    def of_site(cls) -> Corpus:
        """All that can be found now. Reads every page: some seconds for a thousand."""
        found = list(documents_of_items(findable_items()))
        pages = [document for document in found if document.page_id]
        paths = Page.objects.filter(pk__in=[document.page_id for document in pages])
        return cls(
            pages,
            dict(paths.values_list("pk", "url_path")),
            [document for document in found if not document.page_id],
        )

    @property
    def locales(self) -> tuple[str, ...]:
        """Languages of readers."""
        return tuple(self._readers)

    def named(self, name: str, locale: str) -> set[int]:
        """Pages whose address ends with that name, or records of that kind and name."""
        return self._readers[locale].names.get(name, set())

    def like(self, name: str, locale: str) -> str:
        """The name that is nearest to one that does not exist, or nothing."""
        near = difflib.get_close_matches(name, self._readers[locale].names, n=1)
        return near[0] if near else ""

    def matching(self, pattern: re.Pattern[str], locale: str, *, title: bool = False) -> set[int]:
        """Pages in whose title or text the pattern matches."""
        reader = self._readers[locale]
        texts = reader.titles if title else reader.texts
        return {page for page, text in texts.items() if pattern.search(text)}


@dataclass
class _Grades:
    """Grades of one line while it is read: by rule, and by name."""

    by_rule: dict[int, int] = field(default_factory=dict)
    by_name: dict[int, int] = field(default_factory=dict)

    def all(self) -> dict[int, int]:
        return {**self.by_rule, **self.by_name}


def read_questions(path: Path, corpus: Corpus) -> list[Question]:
    """Read a file of judged queries.

    Raises:
        JudgementError: the file is missing, empty or not UTF-8, or lines of it are wrong; all
            wrong lines are named at once.
    """
    topics = dict(_topics(path.parent / TOPICS))
    questions: list[Question] = []
    errors: list[str] = []
    for number, line in _lines(path):
        try:
            questions.append(_question(number, line, corpus, topics))
        except JudgementError as error:
            errors.append(f"{path.name}, line {number}: {error}")
    if errors:
        more = [f"… and {len(errors) - _MOST_ERRORS} more"] if len(errors) > _MOST_ERRORS else []
        raise JudgementError("\n".join([*errors[:_MOST_ERRORS], *more]))
    if not questions:
        raise JudgementError(
            f"{path} has no queries. Write one a line: query, tab, language, tab, slug:grade."
        )
    return questions


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of all lines that say something.

    Raises:
        JudgementError: the file is not there, not readable, or not UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise JudgementError(f"There is no file {path}. Give the path of a .tsv file.") from None
    except UnicodeDecodeError as error:
        number = path.read_bytes()[: error.start].count(b"\n") + 1
        raise JudgementError(
            f"{path.name}, line {number}: this is not UTF-8. Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise JudgementError(f"{path} cannot be read: {error.strerror}.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _topics(path: Path) -> Iterator[tuple[str, str]]:
    if not path.exists():
        return
    for number, line in _lines(path):
        name, tab, judgements = line.partition("\t")
        if not tab:
            raise JudgementError(
                f"{path.name}, line {number}: there is no tab. Write: name, tab, judgements."
            )
        yield name.strip().removeprefix("@"), judgements


def _question(number: int, line: str, corpus: Corpus, topics: Mapping[str, str]) -> Question:
    """Read a line of judgements.

    Raises:
        JudgementError: it cannot be read, names no such page, or wants none.
    """
    columns = [column.strip() for column in line.split("\t")]
    if not 3 <= len(columns) <= 4:
        raise JudgementError(
            f"{len(columns)} columns. Write three or four, with tabs between them: "
            "query, language, slug:grade,slug:grade, kind."
        )
    query, locale, judgements = columns[:3]
    if not query:
        raise JudgementError("the query is empty. Write in the first column what is typed.")
    if locale not in corpus.locales:
        raise JudgementError(
            f"there is no language “{locale}”. Write one of: {', '.join(corpus.locales)}."
        )
    grades = _Grades()
    _read_judgements(judgements, locale, corpus, topics, grades, ())
    question = Question(
        query=query,
        locale=locale,
        grades=grades.all(),
        kind=columns[3] if len(columns) > 3 else "",
        line=number,
    )
    if not question.relevant:
        raise JudgementError("no page has a grade of 1 or more. Name at least one that is wanted.")
    return question


def _read_judgements(
    text: str,
    locale: str,
    corpus: Corpus,
    topics: Mapping[str, str],
    grades: _Grades,
    within: Sequence[str],
) -> None:
    """Note the grades that a text names; `within` are the topics that it stands in.

    Raises:
        JudgementError: a judgement cannot be read, or a topic is unknown or names itself.
    """
    position = 0
    text = text.strip().rstrip(",")
    if not text:
        raise JudgementError("there are no judgements. Write slug:grade in the third column.")
    while position < len(text):
        match = _ITEM.match(text, position)
        if not match or (match.end() < len(text) and text[match.end()] != ","):
            item = text[position:].split(",")[0]
            raise JudgementError(f"“{item}” is no judgement. Write slug:grade, such as my-case:3.")
        position = match.end() + 1
        while position < len(text) and text[position] == " ":
            position += 1
        if topic := match["topic"]:
            if topic not in topics or topic in within:
                known = "refers to itself" if topic in within else f"is not in {TOPICS}"
                raise JudgementError(f"the topic “@{topic}” {known}. Write another name there.")
            _read_judgements(topics[topic], locale, corpus, topics, grades, (*within, topic))
        elif match["pattern"]:
            grade = _grade(match["pattern_grade"])
            pattern = _pattern(match["pattern"])
            for page in corpus.matching(pattern, locale, title=bool(match["where"])):
                grades.by_rule[page] = max(grade, grades.by_rule.get(page, 0))
        else:
            grades.by_name[_page(match["name"], locale, corpus)] = _grade(match["grade"])


def _grade(text: str) -> int:
    if not re.fullmatch(f"[0-{_HIGHEST}]", text.strip()):
        raise JudgementError(
            f"the grade “{text.strip()}” is none. Write 3 (exactly about it), 2 (clearly useful), "
            "1 (touches it) or 0 (not relevant)."
        )
    return int(text)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise JudgementError(
            f"the pattern /{text}/ is not valid: {error}. Write a regular expression of Python."
        ) from None


def _page(name: str, locale: str, corpus: Corpus) -> int:
    """The page of that name.

    Raises:
        JudgementError: none or several have it.
    """
    found = corpus.named(name, locale)
    if not found:
        near = corpus.like(name, locale)
        cure = f"Did you mean “{near}”?" if near else "Write the last part of its address."
        raise JudgementError(f"no page for readers of “{locale}” is called “{name}”. {cure}")
    if len(found) > 1:
        raise JudgementError(
            f"{len(found)} pages are called “{name}”. Write the part of the address above as well, "
            f"such as gunma/{name}."
        )
    return next(iter(found))
