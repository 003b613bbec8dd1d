"""Who may do what, as data: groups get their rights from it; documentation and tests follow it.

The tables of rights say what each role is given; the tables of actions say what of it each thing
that people do needs, by the rules of Wagtail. What a role may do follows from both. `PAGES` and
`EDITED_BY` have one row for each type of page, and for each other kind of content that stands in
the admin; a test fails where one is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Names of the groups whose members work for the whole network, as they stand in the database.
CURATORS = "Curators"
TRANSLATORS = "Translators"
ADMINISTRATORS = "Administrators"


class Role(models.TextChoices):
    """What somebody does for the network or for a region."""

    REGION_EDITOR = "region-editor", _("Region editor")
    REGION_PUBLISHER = "region-publisher", _("Region publisher")
    CURATOR = "curator", _("Curator")
    TRANSLATOR = "translator", _("Translator")
    ADMINISTRATOR = "administrator", _("Network administrator")


GROUPS = {
    Role.CURATOR: CURATORS,
    Role.TRANSLATOR: TRANSLATORS,
    Role.ADMINISTRATOR: ADMINISTRATORS,
}
REGION_ROLES = (Role.REGION_EDITOR, Role.REGION_PUBLISHER)

# What each role is for, in a sentence, where a role is chosen.
TASKS: dict[Role, Promise] = {
    Role.REGION_EDITOR: _("Writes the region's pages and case studies; others publish them."),
    Role.REGION_PUBLISHER: _(
        "Publishes the region's pages, checks its case studies, and invites its editors."
    ),
    Role.CURATOR: _("Checks and publishes case studies, and keeps all pages of the network."),
    Role.TRANSLATOR: _("Translates pages into English; others publish them."),
    Role.ADMINISTRATOR: _("Does all that curators do, and brings regions and people on board."),
}
# Whom each role may invite, change and deactivate; region publishers in their own regions alone.
INVITES: dict[Role, tuple[Role, ...]] = {
    Role.REGION_EDITOR: (),
    Role.REGION_PUBLISHER: (Role.REGION_EDITOR,),
    Role.CURATOR: REGION_ROLES,
    Role.TRANSLATOR: (),
    Role.ADMINISTRATOR: tuple(Role),
}


# --- Pages ------------------------------------------------------------------------------------


class Place(models.TextChoices):
    """Where in the tree a page stands, as far as rights are concerned."""

    PLATFORM = "platform", _("pages of a region")
    CASES = "cases", _("case studies of a region")
    NETWORK = "network", _("pages of the network")


REGION_PLACES = (Place.PLATFORM, Place.CASES)

# Every type of page, and where it stands.
PAGES: dict[str, Place] = {
    "home.HomePage": Place.NETWORK,
    "home.StandardPage": Place.NETWORK,
    "home.GlossaryPage": Place.NETWORK,
    "regions.RegionIndexPage": Place.NETWORK,
    "regions.RegionalPlatformPage": Place.PLATFORM,
    "regions.RegionPage": Place.PLATFORM,
    "casestudies.CaseStudyIndexPage": Place.NETWORK,
    "casestudies.CasesFromPage": Place.CASES,
    "casestudies.CaseStudyPage": Place.CASES,
    "surveys.SurveyIndexPage": Place.NETWORK,
    "surveys.SurveyPage": Place.NETWORK,
    "surveys.SurveyWavePage": Place.NETWORK,
    "programmes.ProgrammeIndexPage": Place.NETWORK,
    "programmes.ProgrammePage": Place.NETWORK,
    "programmes.SynthesisPage": Place.NETWORK,
    "organisations.OrganisationIndexPage": Place.NETWORK,
    "organisations.OrganisationPage": Place.NETWORK,
    "events.EventIndexPage": Place.NETWORK,
    "events.EventPage": Place.PLATFORM,
    "press.PressIndexPage": Place.NETWORK,
    "press.CoveragePage": Place.NETWORK,
}


class Scope(models.TextChoices):
    """Whose a thing is, seen by somebody of a region."""

    OWN = "own", _("own region")
    OTHER = "other", _("another region")
    NETWORK = "network", _("network")


WRITE = frozenset({"add", "change"})
PUBLISH = WRITE | {"publish", "lock", "unlock"}
CHECK = WRITE | {"lock", "unlock"}
ALL = PUBLISH | {"bulk_delete"}

# Wagtail's rights on the places of a role's own region. A region's case studies are published by
# curators alone, after its publishers have checked them.
PAGE_RIGHTS: dict[Role, dict[Place, frozenset[str]]] = {
    Role.REGION_EDITOR: {Place.PLATFORM: WRITE, Place.CASES: WRITE},
    Role.REGION_PUBLISHER: {Place.PLATFORM: PUBLISH, Place.CASES: CHECK},
}
# Wagtail's rights in the whole tree, or in the trees of one language.
NETWORK_PAGE_RIGHTS: dict[Role, frozenset[str]] = {Role.CURATOR: ALL, Role.ADMINISTRATOR: ALL}
TRANSLATION_PAGE_RIGHTS: dict[Role, frozenset[str]] = {Role.TRANSLATOR: WRITE}


@dataclass(frozen=True)
class Action:
    """Something that people do with a page or a file, and the rights that it needs."""

    name: str
    label: Promise
    needs: frozenset[str]


PAGE_ACTIONS = [
    Action("see-draft", _("see a draft"), frozenset({"change"})),
    Action("history", _("see the history"), frozenset({"change"})),
    Action("add", _("add below it"), frozenset({"add"})),
    Action("change", _("change"), frozenset({"change"})),
    Action("revert", _("go back to an earlier version"), frozenset({"change"})),
    Action("move", _("move a draft"), frozenset({"add", "change"})),
    Action("delete", _("delete a draft"), frozenset({"change"})),
    Action("delete-published", _("delete what is published"), frozenset({"change", "publish"})),
    Action("copy", _("copy"), frozenset({"add", "change"})),
    Action("translate", _("begin a translation"), frozenset({"change"})),
    Action("lock", _("lock"), frozenset({"lock"})),
    Action("unlock", _("release a colleague's lock"), frozenset({"unlock"})),
    Action("publish", _("publish"), frozenset({"publish"})),
    Action("unpublish", _("take offline"), frozenset({"publish"})),
    Action("privacy", _("restrict who reads it"), frozenset({"publish"})),
]


# --- Pictures and documents -------------------------------------------------------------------

KEEP_FILES = frozenset({"add", "change", "choose"})
CHOOSE = frozenset({"choose"})

# Rights on the region's own collection, on the shared one, and on all.
OWN_FILES: dict[Role, frozenset[str]] = {
    Role.REGION_EDITOR: KEEP_FILES,
    Role.REGION_PUBLISHER: KEEP_FILES,
}
SHARED_FILES: dict[Role, frozenset[str]] = {
    Role.REGION_EDITOR: CHOOSE,
    Role.REGION_PUBLISHER: CHOOSE,
    Role.TRANSLATOR: CHOOSE,
}
ALL_FILES: dict[Role, frozenset[str]] = {Role.CURATOR: KEEP_FILES, Role.ADMINISTRATOR: KEEP_FILES}

FILE_ACTIONS = [
    Action("choose", _("choose for a page"), frozenset({"choose"})),
    Action("add", _("upload"), frozenset({"add"})),
    Action("change", _("change"), frozenset({"change"})),
    Action("delete", _("delete"), frozenset({"change"})),
]


# --- Everything else in the admin --------------------------------------------------------------

KEEPERS = (Role.CURATOR, Role.ADMINISTRATOR)

# Every kind of content that is not a page or a file but stands in the admin, and who keeps it up.
EDITED_BY: dict[str, tuple[Role, ...]] = {
    "contact.Imprint": (Role.ADMINISTRATOR,),
    "furigana.ReadingCorrection": KEEPERS,
    "newsletter.NewsletterIssue": KEEPERS,
    "people.Person": KEEPERS,
    "people.RemovedPerson": KEEPERS,
    "places.LocalPlan": (*REGION_ROLES, *KEEPERS),
    "places.NationalFigure": KEEPERS,
    "press.Outlet": KEEPERS,
    "programmes.FunderCall": KEEPERS,
    "programmes.Grant": KEEPERS,
    "regions.Area": KEEPERS,
    "regions.ConsultationDesk": (*REGION_ROLES, *KEEPERS),
    "regions.Region": (Role.ADMINISTRATOR,),
    "search.BestBet": KEEPERS,
    "search.LexiconEntry": KEEPERS,
    "search.QueryLog": KEEPERS,
    "surveys.Comparison": KEEPERS,
    "surveys.Survey": KEEPERS,
    "surveys.Wave": KEEPERS,
    "taxonomy.ActorType": KEEPERS,
    "taxonomy.AdviceField": KEEPERS,
    "taxonomy.BridgingRole": KEEPERS,
    "taxonomy.CaseStatus": KEEPERS,
    "taxonomy.CostBand": KEEPERS,
    "taxonomy.EvidenceGrade": KEEPERS,
    "taxonomy.GlossaryTerm": KEEPERS,
    "taxonomy.Keyword": KEEPERS,
    "taxonomy.Language": KEEPERS,
    "taxonomy.OrganisationKind": KEEPERS,
    "taxonomy.ParticipationLevel": KEEPERS,
    "taxonomy.ResidenceStatusGroup": KEEPERS,
    "taxonomy.TargetGroup": KEEPERS,
    "taxonomy.Theme": KEEPERS,
    "wagtailredirects.Redirect": KEEPERS,
}
# Of these, roles of a region keep up what lies in their own region alone.
KEPT_BY_REGIONS = frozenset({"places.LocalPlan", "regions.ConsultationDesk"})
# Rights that Django itself does not give by model, by the roles that have them.
EXTRA: dict[str, tuple[Role, ...]] = {
    "wagtailadmin.access_admin": tuple(Role),
    "wagtail_localize.submit_translation": tuple(Role),
}


# --- Own views of the admin ---------------------------------------------------------------------


@dataclass(frozen=True)
class Access:
    """Who may open a view of the admin that this project adds.

    Attributes:
        roles: who may; empty where nobody has to be signed in.
        own_region: whether roles of a region may only where something of their own region is named.
    """

    roles: tuple[Role, ...]
    own_region: bool = False


WITHOUT_ACCOUNT = Access(())
EVERYBODY = Access(tuple(Role))
INVITERS = Access((Role.REGION_PUBLISHER, *KEEPERS))
INVITERS_OF_THEIRS = Access(INVITERS.roles, own_region=True)
# People of a region and who keeps the network's pages.
PAGES_OF_REGIONS = Access((*REGION_ROLES, *KEEPERS))
PAGES_OF_ONE_REGION = Access(PAGES_OF_REGIONS.roles, own_region=True)
TRANSLATORS_TOO = Access(tuple(Role), own_region=True)
KEEPERS_ALONE = Access(KEEPERS)
ADMINISTRATORS_ALONE = Access((Role.ADMINISTRATOR,))

# By the name of their address. A test fails where a view has no row, and opens each as each role.
OWN_VIEWS: dict[str, Access] = {
    "sign_in": WITHOUT_ACCOUNT,
    "sign_in_code": WITHOUT_ACCOUNT,
    "forgotten_password": WITHOUT_ACCOUNT,
    "choose_new_password": WITHOUT_ACCOUNT,
    "accept_invitation": WITHOUT_ACCOUNT,
    "second_factor": EVERYBODY,
    "accounts": INVITERS,
    "account_invite": INVITERS,
    "account_post": INVITERS_OF_THEIRS,
    "account_leave": INVITERS_OF_THEIRS,
    "account_second_factor": INVITERS_OF_THEIRS,
    "invitation_send": INVITERS_OF_THEIRS,
    "invitation_withdraw": INVITERS_OF_THEIRS,
    "wagtailadmin_choose_page": EVERYBODY,
    "wagtailadmin_choose_page_child": EVERYBODY,
    "wagtailadmin_choose_page_search": EVERYBODY,
    "wagtailadmin_choose_page_chosen_multiple": EVERYBODY,
    "picker_options": EVERYBODY,
    "begin_translation": TRANSLATORS_TOO,
    "update_translation": TRANSLATORS_TOO,
    "reviews:begin_case": PAGES_OF_REGIONS,
    "reviews:waiting": EVERYBODY,
    "reviews:regional_page": EVERYBODY,
    "overview:regions": PAGES_OF_REGIONS,
    "overview:ask_regions": INVITERS,
    "overview:dates": PAGES_OF_REGIONS,
    "overview:region": PAGES_OF_ONE_REGION,
    "overview:ask": INVITERS_OF_THEIRS,
    "audit_log": ADMINISTRATORS_ALONE,
    "audit_log_results": ADMINISTRATORS_ALONE,
    "writing_hints": PAGES_OF_ONE_REGION,
    "writing_address": PAGES_OF_ONE_REGION,
    "kept_text_account": EVERYBODY,
    "pictures_to_look_after:index": EVERYBODY,
    "pictures_to_look_after:index_results": EVERYBODY,
    "sheets:index": EVERYBODY,
    "sheets:upload": EVERYBODY,
    "sheets:file": EVERYBODY,
    "sheets:preview": EVERYBODY,
    "case_studies:index": EVERYBODY,
    "case_studies:index_results": EVERYBODY,
    "regional_pages:index": EVERYBODY,
    "regional_pages:index_results": EVERYBODY,
    "organisations:index": EVERYBODY,
    "organisations:index_results": EVERYBODY,
    "confirmations:index": EVERYBODY,
    "confirmations:index_results": EVERYBODY,
    "confirmations:finish": PAGES_OF_ONE_REGION,
    "content_check:index": EVERYBODY,
    "content_check:index_results": EVERYBODY,
    "stale_pages:index": EVERYBODY,
    "stale_pages:index_results": EVERYBODY,
    "desks_to_confirm:index": EVERYBODY,
    "desks_to_confirm:index_results": EVERYBODY,
    "desks:index": PAGES_OF_REGIONS,
    "desks:index_results": PAGES_OF_REGIONS,
    "desks:edit": PAGES_OF_ONE_REGION,
    "plans:index": PAGES_OF_REGIONS,
    "plans:index_results": PAGES_OF_REGIONS,
    "plans:edit": PAGES_OF_ONE_REGION,
    "plans_to_check:index": EVERYBODY,
    "plans_to_check:index_results": EVERYBODY,
    "incomplete_pages:index": EVERYBODY,
    "incomplete_pages:index_results": EVERYBODY,
    "broken_links:index": EVERYBODY,
    "broken_links:index_results": EVERYBODY,
    "orphaned_organisations:index": EVERYBODY,
    "orphaned_organisations:index_results": EVERYBODY,
    "newsletter_issues:inspect": KEEPERS_ALONE,
    "newsletter_issues:delete": KEEPERS_ALONE,
    "people:delete": KEEPERS_ALONE,
    "on_board:index": ADMINISTRATORS_ALONE,
    "on_board:index_results": ADMINISTRATORS_ALONE,
    "on_board:add": ADMINISTRATORS_ALONE,
    "on_board:edit": ADMINISTRATORS_ALONE,
    "on_board:delete": ADMINISTRATORS_ALONE,
    "on_board:hand_over": ADMINISTRATORS_ALONE,
    "proposal_queue:index": PAGES_OF_REGIONS,
    "proposal_queue:index_results": PAGES_OF_REGIONS,
    "proposal_queue:proposal": PAGES_OF_ONE_REGION,
    "proposal_queue:file": PAGES_OF_ONE_REGION,
    "proposal_queue:take_up": PAGES_OF_ONE_REGION,
    "proposal_queue:decline": PAGES_OF_ONE_REGION,
    "message_queue:index": PAGES_OF_REGIONS,
    "message_queue:index_results": PAGES_OF_REGIONS,
    "message_queue:message": PAGES_OF_ONE_REGION,
    "message_queue:mark": PAGES_OF_ONE_REGION,
    "search_queries:index": KEEPERS_ALONE,
    "search_queries:index_results": KEEPERS_ALONE,
    "search_queries:decide": KEEPERS_ALONE,
    "lexicon:index": KEEPERS_ALONE,
    "lexicon:index_results": KEEPERS_ALONE,
    "lexicon:add": KEEPERS_ALONE,
    "lexicon:edit": KEEPERS_ALONE,
    "lexicon:delete": KEEPERS_ALONE,
    "lexicon:import": KEEPERS_ALONE,
    "best_bets:index": KEEPERS_ALONE,
    "best_bets:index_results": KEEPERS_ALONE,
    "best_bets:add": KEEPERS_ALONE,
}
# Spreadsheets by their name in the address, and who may bring one in and take it out.
SHEETS: dict[str, Access] = {
    "cases": EVERYBODY,
    "organisations": Access((*KEEPERS, Role.TRANSLATOR)),
    "members": PAGES_OF_REGIONS,
    "plans": PAGES_OF_REGIONS,
    "grants": KEEPERS_ALONE,
    "survey-waves": KEEPERS_ALONE,
    "residents-register": KEEPERS_ALONE,
    "residents-statistics": KEEPERS_ALONE,
    "area-changes": KEEPERS_ALONE,
}


def page_rights(role: Role, place: Place, scope: Scope, *, translated: bool = False) -> set[str]:
    """The rights of a role on a page: where it stands, whose it is, and in which tree."""
    rights = set(NETWORK_PAGE_RIGHTS.get(role, ()))
    if scope == Scope.OWN:
        rights |= PAGE_RIGHTS.get(role, {}).get(place, frozenset())
    if translated:
        rights |= TRANSLATION_PAGE_RIGHTS.get(role, frozenset())
    return rights


def file_rights(role: Role, scope: Scope) -> set[str]:
    """The rights of a role on a file; those of the network stand in the shared collection."""
    rights = set(ALL_FILES.get(role, ()))
    if scope == Scope.OWN:
        rights |= OWN_FILES.get(role, frozenset())
    if scope == Scope.NETWORK:
        rights |= SHARED_FILES.get(role, frozenset())
    return rights


def may(rights: set[str], action: Action) -> bool:
    """Whether these rights are enough for an action."""
    return action.needs <= rights
