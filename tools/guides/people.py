"""Stories of the network's administration: regions, invitations, somebody who leaves."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import reverse

from regions.models import Region
from tools.guides.stage import Stage
from users.models import Invitation
from users.rights import Role
from users.tokens import invitation_url

NEWCOMER = "newcomer@example.org"
JOINING = "10"


def bring_a_region_on_board(stage: Stage) -> None:
    """An administrator sets up a region, and sees where it would be handed over."""
    window = stage.window(Role.ADMINISTRATOR)
    window.go(reverse("on_board:index"))
    window.picture(
        "bring-a-region-on-board-list",
        ["main"],
        mark=[f"a[href='{reverse('on_board:add')}']"],
        most=360,
    )
    window.follow(f"a[href='{reverse('on_board:add')}']")
    window.page.select_option("select[name=area]", JOINING)
    window.picture(
        "bring-a-region-on-board-form",
        ["main"],
        mark=["select[name=area]", "footer button[type=submit]"],
        height=460,
    )
    window.follow("footer button[type=submit]")
    region = Region.objects.get(area=JOINING)
    window.go(reverse("on_board:hand_over", args=[region.pk]))
    window.picture("bring-a-region-on-board-hand-over", ["main"], most=460)


def invite_somebody(stage: Stage) -> None:
    """An administrator invites a region's editor, who accepts."""
    window = stage.window(Role.ADMINISTRATOR)
    window.go(reverse("accounts"))
    window.follow(f"a[href='{reverse('account_invite')}']")
    window.page.fill("input[name=email]", NEWCOMER)
    window.page.check(f"input[name=role][value={Role.REGION_EDITOR.value}]")
    window.page.select_option("select[name=region]", index=1)
    window.picture(
        "invite-people-form", ["main"], mark=["main button[type=submit]"], most=1000, height=1000
    )
    window.follow("main button[type=submit]")
    window.picture("invite-people-open", ["main"], most=420)
    invited = stage.window()
    invited.go(urlsplit(invitation_url(Invitation.objects.get(email=NEWCOMER))).path)
    invited.picture("invite-people-accept", ["main"], most=1060, height=1060)


def somebody_leaves(stage: Stage) -> None:
    """An administrator closes the account of a region's editor."""
    window = stage.window(Role.ADMINISTRATOR)
    editor = stage.people[Role.REGION_EDITOR]
    leave = reverse("account_leave", args=[editor.pk])
    window.go(reverse("accounts"))
    window.picture(
        "when-somebody-leaves-list", [f"tr:has(a[href='{leave}'])"], mark=[f"a[href='{leave}']"]
    )
    window.follow(f"a[href='{leave}']")
    window.picture("when-somebody-leaves-form", ["main"], mark=["select[name=receiver]"], most=460)
