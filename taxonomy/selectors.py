"""Reads of vocabularies and the glossary."""

from __future__ import annotations

from taxonomy.models import ActorType, GlossaryTerm, Term, Theme


def active_actor_types() -> list[ActorType]:
    """Actor types in use, in order."""
    return list(ActorType.objects.filter(is_active=True))


def theme_tree() -> list[Theme]:
    """Broad themes in use, each with its narrower ones in `children`, in order. One query."""
    themes = list(Theme.objects.filter(is_active=True))
    tree = [theme for theme in themes if theme.parent_id is None]
    for theme in tree:
        theme.children = [child for child in themes if child.parent_id == theme.code]
    return tree


def glossary_terms() -> list[GlossaryTerm]:
    """All terms in the order of their reading."""
    return list(GlossaryTerm.objects.all())


def vocabulary_terms(vocabulary: type[Term]) -> list[Term]:
    """All terms of a vocabulary in order, also those that are no longer given. One query."""
    return list(vocabulary._default_manager.all())
