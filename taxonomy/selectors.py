"""Reads of vocabularies and the glossary."""

from __future__ import annotations

from copy import copy

from page_cache.kept import kept
from taxonomy.models import ActorType, GlossaryTerm, Term, Theme


def active_actor_types() -> list[ActorType]:
    """Actor types in use, in order."""
    return list(ActorType.objects.filter(is_active=True))


def theme_tree() -> list[Theme]:
    """Broad themes in use, each with its narrower ones in `children`, in order. Kept."""
    themes = [copy(theme) for theme in _themes()]
    tree = [theme for theme in themes if theme.parent_id is None]
    for theme in tree:
        theme.children = [child for child in themes if child.parent_id == theme.code]
    return tree


@kept
def _themes() -> list[Theme]:
    return list(Theme.objects.filter(is_active=True))


def glossary_terms() -> list[GlossaryTerm]:
    """All terms in the order of their reading."""
    return list(GlossaryTerm.objects.all())


def vocabulary_terms(vocabulary: type[Term]) -> list[Term]:
    """All terms of a vocabulary in order, also those that are no longer given. One query."""
    return list(vocabulary._default_manager.all())
