"""People in the admin: adding and changing them, and removing somebody everywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.actions.delete import DeleteAction
from wagtail.actions.registry import ActionRegistry
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from core.forms import FixedCodeForm
from people.models import Person, RemovedPerson
from people.selectors import pages_mentioning, pages_naming
from people.services import Removal, remove_person


class RemovePersonAction(DeleteAction):
    """Deleting a person means removing the person everywhere, wherever in the admin it is done."""

    removal: Removal

    def _delete(self) -> None:
        """Remove instead of delete; the log keeps no name."""
        self.removal = remove_person(person=self.instance)


@hooks.register("register_actions")
def register_person_actions(registry: ActionRegistry) -> None:
    """Let every delete button of the admin remove people everywhere."""
    registry.register(Person, RemovePersonAction)


class RemovePersonView(generic.DeleteView):
    """Asks once, with the pages concerned, and says afterwards what is left for a hand to do."""

    page_title = gettext_lazy("Remove everywhere")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the pages that name the person in rows, and those that do so in running text."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["naming"] = pages_naming(self.object)
        context["mentioning"] = pages_mentioning(self.object)
        return context

    def delete_action(self) -> None:
        """Remove the person, and tell which pages still hold the name in their text."""
        action = self.action_class(self.object, user=self.request.user)
        action.execute(skip_permission_checks=True)
        mentions = action.removal.mentions
        if mentions:
            titles = format_html_join(
                ", ", '<a href="{}">{}</a>', ((_edit_address(page.pk), page) for page in mentions)
            )
            messages.warning(
                self.request,
                format_html(
                    "{} {}",
                    _("The name still stands in the text of these pages; please rewrite them:"),
                    titles,
                ),
            )

    def get_success_message(self) -> str:
        """Say what happened without saying the name again."""
        return _("The person has been removed everywhere.")


def _edit_address(page_id: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page_id])


class PersonViewSet(ModelViewSet):
    """People whom pages may name."""

    model = Person
    icon = "user"
    list_display = ["name_ja", "name_en", "role_ja", "affiliation_ja", "as_of"]
    search_fields = ["name_ja", "name_en", "kana", "affiliation_ja", "affiliation_en"]
    copy_view_enabled = False
    delete_view_class = RemovePersonView
    delete_template_name = "people/admin/confirm_removal.html"
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            MultiFieldPanel(
                [FieldPanel("name_ja"), FieldPanel("kana"), FieldPanel("name_en")],
                heading=gettext_lazy("Name"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("role_ja"), FieldPanel("role_en")]),
                    FieldRowPanel([FieldPanel("affiliation_ja"), FieldPanel("affiliation_en")]),
                    FieldPanel("as_of"),
                    FieldPanel("organisation"),
                ],
                heading=gettext_lazy("Public role"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("source_title"),
                    FieldPanel("source_url"),
                    FieldPanel("source_accessed"),
                ],
                heading=gettext_lazy("Source"),
            ),
        ],
        base_form_class=FixedCodeForm,
    )


class _ReadAndDeletePolicy(ModelPermissionPolicy):
    """Marks are made by removing a person and can only be taken away."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Nobody adds or changes marks."""
        return action not in {"add", "change"} and super().user_has_permission(user, action)


register_permission_policy(RemovedPerson, _ReadAndDeletePolicy(RemovedPerson))


class RemovedPersonViewSet(ModelViewSet):
    """Marks of people who were removed, by date; they name nobody."""

    model = RemovedPerson
    icon = "no-view"
    list_display = ["__str__", "removed_at"]
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: list[str] = []


class PersonChooserViewSet(ChooserViewSet):
    """Choosing a person for a row of a page."""

    model = Person
    icon = "user"
    choose_one_text = gettext_lazy("Choose a person")
    choose_another_text = gettext_lazy("Choose another person")
    edit_item_text = gettext_lazy("Edit this person")


class PeopleGroup(ViewSetGroup):
    """People and the marks of those removed, in one place of the menu."""

    menu_label = gettext_lazy("People")
    menu_icon = "group"
    menu_order = 620
    items: list[ViewSet] = [PersonViewSet("people"), RemovedPersonViewSet("removed_people")]


@hooks.register("register_admin_viewset")
def register_people() -> list[Any]:
    """Put people into the admin's menu, and let pages choose them."""
    return [PeopleGroup(), PersonChooserViewSet("person_chooser")]
