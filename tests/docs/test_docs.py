"""The documentation names everything there is, and every link in it leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from core import dossier
from core.models import BasePage
from nanif.environment import VARIABLES
from search.index.fields import FACETS
from search.web.exports import COLUMNS
from tests.architecture.sources import APPS, ROOT, name_of
from tests.architecture.test_imports import ALLOWED_IMPORTS, KERNEL, SECTIONS

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

# Every text for readers; results of benchmarks are written by a program.
TEXTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(path for path in DOCS.rglob("*.md") if "benchmarks" not in path.parts),
]

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)
# Folders of a developer's machine, and where packages are downloaded from.
FOREIGN = re.compile(
    r"(?<!\w)/(?:home|root|tmp|work|Users)/|\b[A-Z]:\\"
    r"|pypi\.org|pythonhosted|npmjs|registry\.[a-z]+\.|maven"
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def reference(name: str) -> str:
    return read(REFERENCE / f"{name}.md")


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in APPS)


def make_targets() -> list[str]:
    phony = re.search(r"^\.PHONY: (.+)$", read(ROOT / "Makefile"), re.MULTILINE)
    assert phony
    return phony[1].split()


@pytest.mark.parametrize("name", own_commands())
def test_command_is_documented_with_its_options(name: str) -> None:
    text = reference("commands")
    assert f"### {name}\n" in text
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    django_own = {"--version", "--verbosity", "--settings", "--pythonpath", "--traceback",
                  "--no-color", "--force-color", "--skip-checks", "--help"}  # fmt: skip
    options = {
        option
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--")
    } - django_own
    section = text.split(f"### {name}\n")[1].split("\n##")[0]
    missing = [option for option in sorted(options) if option not in section]
    assert not missing, missing


def test_documented_commands_exist() -> None:
    assert sorted(re.findall(r"^### (\w+)$", reference("commands"), re.MULTILINE)) == own_commands()


def test_documents_name_commands_and_options_that_exist() -> None:
    """As they are typed: `manage.py name --option`."""
    wrong = []
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.example")]:
        for name, rest in re.findall(
            r"(?:manage\.py|deploy/manage) ([a-z]\w*)([^`\n|]*)", read(path)
        ):
            if name not in get_commands():
                wrong.append(f"{path.name}: {name}")
                continue
            parser = load_command_class(get_commands()[name], name).create_parser("", name)
            options = re.findall(r"(?<!\S)--[a-z-]+", rest.split(" && ")[0])
            wrong += [
                f"{path.name}: {name} {option}"
                for option in options
                if option not in parser._option_string_actions
                and option != "--residence"  # of the facet that the guide adds
            ]
    assert not wrong, wrong


def test_services_for_servers_are_explained() -> None:
    guide = read(ROOT / "docs/howto/deploy.md")
    services = list((ROOT / "deploy").glob("*.service.example"))
    assert not [path.name for path in services if path.name not in guide]
    # Without it, nothing that editors gave a date is published or withdrawn.
    assert any("publish_scheduled" in read(path) for path in services)


def test_every_make_target_is_documented() -> None:
    documented = re.findall(r"^\| `make ([a-z-]+)`", reference("commands"), re.MULTILINE)
    assert sorted(documented) == sorted(make_targets())


def test_every_facet_is_documented() -> None:
    documented = re.findall(r"^\| `(\w+)` ", reference("facets").split("\n## ")[0], re.MULTILINE)
    assert documented == list(FACETS)


def test_every_column_of_an_export_is_documented() -> None:
    section = reference("search").split("\n## Taking a list away\n")[1].split("\n## ")[0]
    columns = [
        column for column in COLUMNS if column in FACETS or column[-3:] not in {"_ja", "_en"}
    ]
    missing = [column for column in columns if f"`{column}`" not in section]
    assert not missing, missing


def test_every_dossier_hook_is_documented() -> None:
    hooks = [value for name, value in vars(dossier).items() if name.endswith("_HOOK")]
    assert hooks
    missing = [hook for hook in hooks if f"## {hook}\n" not in reference("hooks")]
    assert not missing, missing


def test_every_component_is_documented() -> None:
    components = sorted(path.stem for path in (ROOT / "templates/components").glob("*.html"))
    table = reference("components").split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` ", table, re.MULTILINE) == components


def test_every_template_tag_is_documented() -> None:
    tags = [
        name
        for path in ROOT.glob("*/templatetags/*.py")
        for name in re.findall(r"@register\.\w+(?:\([^)]*\))?\ndef (\w+)", read(path))
    ]
    assert tags
    missing = [tag for tag in tags if f"`{tag}`" not in reference("components")]
    assert not missing, missing


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in reference("settings")


def test_every_setting_is_in_the_example_for_servers() -> None:
    example = read(ROOT / "deploy/nanif.env.example")
    missing = [name for name in VARIABLES if f"\n{name}=" not in example]
    assert not missing, missing


def test_every_model_is_documented() -> None:
    """Rows that Django or a package makes by itself (through tables, forms) are left out."""
    models = [
        model.__name__
        for app in APPS
        if app != "nanif"
        for model in apps.get_app_config(app).get_models()
    ]
    missing = [name for name in models if f"`{name}`" not in reference("data-model")]
    assert not missing, missing


def test_every_field_of_a_case_is_in_the_template() -> None:
    shared = {field.name for field in Page._meta.get_fields()} - {"title"}
    general = {field.name for field in BasePage._meta.local_fields} & {"image", "summary"}
    relations = {"page_ptr", "keyword_items"}
    fields = {
        field.name
        for field in CaseStudyPage._meta.get_fields()
        if not (field.auto_created and field.concrete is False and not hasattr(field, "field"))
    }
    owned = {
        name
        for name in fields - shared - relations
        if hasattr(CaseStudyPage, name) or name in general
    }
    missing = [name for name in sorted(owned) if f"`{name}`" not in reference("case-template")]
    assert not missing, missing


def test_case_template_has_all_numbers() -> None:
    """Each of the 42 is a field, or the text above the table says where it is."""
    text, table = reference("case-template").split("\n| No. |")
    numbers = set(map(int, re.findall(r"^\| (\d+) \|", table, re.MULTILINE)))
    told = set(map(int, re.findall(r"\b(\d+)\s+\(", text)))
    assert (numbers | told) - {0} == set(range(1, 43))
    assert not numbers & told


def test_map_in_the_readme_is_the_tree() -> None:
    """Each app and each other folder, and nothing that is gone."""
    text = (ROOT / "README.md").read_text("utf-8").partition("## A map of the repository")[2]
    named = set(re.findall(r"`(\w+)/`", text.partition("\n## ")[0]))
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert named == found - {"var", "node_modules"}  # of this machine


def test_architecture_page_states_the_import_rules() -> None:
    """The table is what `tests/architecture/test_imports.py` enforces."""
    phrases = {"everything": APPS, "all sections": SECTIONS, "the kernel": KERNEL}
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    stated: dict[str, set[str]] = {}
    row = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| (.+) \|$", re.MULTILINE)
    for importing, allowed in row.findall(text):
        entries = set(re.findall(r"`([\w.]+)`", allowed))
        for phrase, names in phrases.items():
            if phrase in allowed:
                entries.update(names)
        stated.update(dict.fromkeys(re.findall(r"`(\w+)`", importing), entries))
    assert stated == {app: set(allowed) for app, allowed in ALLOWED_IMPORTS.items()}


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_links_lead_to_files_and_headings(path: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", read(path))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        is_found = file.exists() and (
            not anchor or (file.suffix == ".md" and anchor in anchors(read(file)))
        )
        if not is_found or not file.is_relative_to(ROOT):
            broken.append(link)
    assert not broken, broken


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_no_paths_of_a_machine_and_no_registries(path: Path) -> None:
    assert not FOREIGN.findall(read(path))


def test_every_text_can_be_reached_from_the_contents() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".md" or not path.exists():
            continue
        seen.add(path)
        waiting += [
            (path.parent / link.partition("#")[0]).resolve() for link in LINK.findall(read(path))
        ]
    lost = [name_of(path) for path in TEXTS if path not in seen]
    assert not lost, lost


def test_picture_is_small() -> None:
    assert (DOCS / "images/home.png").stat().st_size < 300_000
