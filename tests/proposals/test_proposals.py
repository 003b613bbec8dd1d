"""A proposal's life: from the form through the private link and the queue to a draft."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail, signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import PageLogEntry

from casestudies.models import CaseStudyPage
from images.models import CustomImage
from proposals.models import Attachment, Proposal
from regions.models import Area
from tests.proposals.conftest import Place, stamp_of

Answers = Callable[..., dict[str, Any]]


def picture(name: str = "教室.jpg", **options: Any) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(target, options.pop("format", "JPEG"), **options)
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/jpeg")


def letters(address: str = "hanako@example.org") -> list[Any]:
    """Mails to somebody, the proposer unless named."""
    return [message for message in mail.outbox if message.to == [address]]


def link(message: Any = None) -> str:
    text = (message or letters()[-1]).body
    found = re.search(r"http://127\.0\.0\.1:8000(\S*/proposals/\S+)", text)
    assert found
    return found[1]


def sent(client: Client, answers: dict[str, Any], prefix: str = "") -> Proposal:
    response = client.post(f"{prefix}/proposals/", answers)
    assert response.status_code == 302, re.findall(
        r'form-field__error">.*?</p>', response.content.decode(), re.DOTALL
    )
    assert client.get(response["Location"]).status_code == 200
    return Proposal.objects.latest("pk")


def test_from_the_form_to_a_draft(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    shown = client.get("/proposals/")
    assert "no-store" in shown["Cache-Control"]
    assert "Set-Cookie" not in shown
    proposal = sent(
        client,
        answers(
            theme_2="2-3",
            target_groups=["children"],
            started="2018",
            source_url="https://example.org/report",
            uploads=[picture()],
            people_consented="on",
        ),
    )
    assert proposal.area_id == "221309"
    assert proposal.locale == "ja"
    receipt = letters()[0]
    (arrival,) = letters("shizuoka@example.org")
    assert arrival.subject == "外からの提案が届いています – NANIF"
    assert f"/admin/proposals/{proposal.pk}/" in arrival.body
    assert "hanako" not in arrival.body
    assert receipt.subject == "提案を受け付けました – NANIF"
    assert "浜松市の学校へ入る前の教室" in receipt.body

    followed = client.get(link())
    assert followed.status_code == 200
    assert followed["X-Robots-Tag"] == "noindex"
    assert followed["Referrer-Policy"] == "no-referrer"
    assert "no-store" in followed["Cache-Control"]

    editor = places["shizuoka"].editor
    queue = editor.get("/admin/proposals/").content.decode()
    assert "浜松市の学校へ入る前の教室" in queue
    assert "浜松市の学校へ入る前の教室" in editor.get("/admin/").content.decode()
    page_of_it = editor.get(f"/admin/proposals/{proposal.pk}/").content.decode()
    for words in ["hanako@example.org", "保護者に&lt;b&gt;手紙", "教育, 防災"]:
        assert words in page_of_it
    attachment = proposal.attachments.get()
    file = editor.get(f"/admin/proposals/{proposal.pk}/files/{attachment.pk}/")
    assert "sandbox" in file["Content-Security-Policy"]
    assert Image.open(io.BytesIO(b"".join(file.streaming_content))).size == (60, 40)
    # A file that is gone, as after a restored backup without it, is not found; all else works.
    kept = Path(attachment.file.path)
    aside = kept.rename(kept.with_suffix(".aside"))
    gone = editor.get(f"/admin/proposals/{proposal.pk}/files/{attachment.pk}/")
    assert gone.status_code == 404
    assert editor.get(f"/admin/proposals/{proposal.pk}/").status_code == 200
    aside.rename(kept)

    response = editor.post(f"/admin/proposals/{proposal.pk}/take-up/")
    page = CaseStudyPage.objects.get()
    assert response["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert not page.live
    assert page.get_parent().slug == "shizuoka"
    assert page.locale.language_code == "ja"
    assert page.slug == "hamamatsushi-no-gakko-e-hairu-mae-no-kyoshitsu"  # its title, as it is read
    draft = page.get_latest_revision_as_object()
    assert draft.provenance == "reported"
    assert draft.title == "浜松市の学校へ入る前の教室"
    assert [place.area_id for place in draft.places.all()] == ["221309"]
    assert [(actor.part, actor.name) for actor in draft.actors.all()] == [("lead", "浜松見本協会")]
    assert [theme.code for theme in draft.themes.all()] == ["2-1", "2-3"]
    assert [source.url for source in draft.sources.all()] == ["https://example.org/report"]
    assert draft.contact_name == "浜松見本協会 事務局"
    assert draft.started == "2018"
    assert [str(block.value) for block in draft.actions] == [
        "<p>教室を開いた。</p>",
        "<p>保護者に&lt;b&gt;手紙&lt;/b&gt;を書いた。</p>",
    ]
    # Nothing that was not said, and nothing private.
    assert draft.evidence_grade is None
    assert draft.last_confirmed_at is None
    assert "hanako" not in str(draft.serializable_data())
    image = CustomImage.objects.get()
    assert draft.image == image
    assert image.collection == places["shizuoka"].region.collection
    assert image.people == "agreed"
    assert not Attachment.objects.exists()
    assert PageLogEntry.objects.get(page=page.pk, action="wagtail.create").user.username == (
        "shizuoka"
    )

    assert letters()[-1].subject == "提案を採用しました – NANIF"
    assert "採用" in client.get(link()).content.decode()
    again = editor.post(f"/admin/proposals/{proposal.pk}/take-up/", follow=True)
    assert "すでに" in again.content.decode()
    assert CaseStudyPage.objects.count() == 1
    assert client.get(f"{link()}amend/").status_code == 302


def test_a_proposal_is_taken_up_without_a_file_that_is_gone(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers(uploads=[picture()], people_consented="on"))
    Path(proposal.attachments.get().file.path).unlink()
    places["shizuoka"].editor.post(f"/admin/proposals/{proposal.pk}/take-up/")
    page = CaseStudyPage.objects.get()
    assert page.image is None
    assert "次のファイルはサーバーに見つかりません：教室.jpg。" in page.internal_note


def test_english_proposal_becomes_an_english_draft_and_english_mails(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers(title="School before school", municipality="hamamatsu"), "/en")
    assert letters()[0].subject == "We have received your proposal – NANIF"
    assert link().startswith("/en/proposals/")
    assert "Under review" in client.get(link()).content.decode()
    places["shizuoka"].editor.post(f"/admin/proposals/{proposal.pk}/take-up/")
    page = CaseStudyPage.objects.get()
    assert page.locale.language_code == "en"
    assert page.slug == "school-before-school"
    assert proposal.area_id == "221309"


def test_mistakes_are_named_and_nothing_is_lost(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    response = client.post(
        "/proposals/",
        answers(
            title="",
            started="昨年",
            actor_type="",
            contact_name="",
            proposer_mail="hanako",
            consent="",
            uploads=[picture(), SimpleUploadedFile("a.exe.jpg", b"MZ\x90\x00")],
            people_consented="on",
        ),
    )
    text = response.content.decode()
    assert response.status_code == 400
    for target in [
        "id_title", "id_started", "id_actor_type", "id_contact_name", "id_proposer_mail",
        "id_consent", "id_uploads",
    ]:  # fmt: skip
        assert f'href="#{target}"' in text, target
        assert f'id="{target}_error"' in text, target
        assert re.search(rf'<(input|select|textarea)[^>]*id="{target}"', text), target
    (focused,) = re.findall(r"<[^>]*\sautofocus[^>]*>", text)
    assert 'id="id_title"' in focused
    for words in ["昨年", "hanako", "教室を開いた。", "浜松見本協会", "教室.jpg"]:
        assert words in text
    assert "プログラム" in text
    assert not Proposal.objects.exists()
    assert not mail.outbox

    kept = re.findall(r'name="kept"\s+value="([^"]+)"', text)
    assert len(kept) == 1
    proposal = sent(client, answers(kept=kept, people_consented="on"))
    assert [attachment.name for attachment in proposal.attachments.all()] == ["教室.jpg"]


def test_title_with_an_address_and_a_start_to_come_are_refused(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    text = client.post(
        "/proposals/", answers(title="買う https://example.org", started="2999")
    ).content.decode()
    assert 'id="id_title_error"' in text
    assert 'id="id_started_error"' in text


def test_place_that_is_no_area_is_kept_as_a_note(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers(municipality="天竜の里"))
    assert (proposal.area_id, proposal.place_note) == ("22", "天竜の里")
    amended = client.get(f"{link()}amend/").content.decode()
    assert 'value="天竜の里"' in amended


# --- Links ------------------------------------------------------------------------------------


def test_wrong_links_are_refused_with_a_clear_page(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers())
    good = link()
    other_salt = signing.dumps([proposal.pk, proposal.key.hex], salt="alerts.stop")
    other_key = signing.dumps([proposal.pk, "0" * 32], salt="proposals.follow")
    odd = signing.dumps({"pk": proposal.pk}, salt="proposals.follow")
    for token in ["x", other_salt, other_key, odd, good.split("/")[2][:-1]]:
        for path in [f"/proposals/{token}/", f"/proposals/{token}/amend/"]:
            for response in [client.get(path), client.post(path, {"action": "withdraw"})]:
                assert response.status_code == 410, path
                assert "このリンクは使えません" in response.content.decode()
    assert Proposal.objects.filter(pk=proposal.pk).exists()


def test_link_expires(
    client: Client, places: dict[str, Place], answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(client, answers())
    path = link()
    monkeypatch.setattr("proposals.tokens.LINK_VALID", datetime.timedelta(seconds=-1))
    assert client.get(path).status_code == 410


def test_amending_until_it_is_decided(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers(uploads=[picture()], people_consented="on"))
    path = link()
    form = client.get(f"{path}amend/").content.decode()
    for words in ["浜松市の学校へ入る前の教室", 'value="浜松市"', "教室.jpg", "hanako@example.org"]:
        assert words in form
    kept = re.findall(r'name="kept"\s+value="([^"]+)"', form)
    minutes = datetime.timedelta(minutes=2)
    first, second = stamp_of(minutes, 1, "1" * 32), stamp_of(minutes, 1, "2" * 32)
    changed = answers(stamp=first, title="新しい題名", kept=kept, people_consented="on")
    assert client.post(f"{path}amend/", changed)["Location"] == path
    proposal.refresh_from_db()
    assert (proposal.title, proposal.version) == ("新しい題名", 2)
    assert proposal.attachments.count() == 1

    # Another window that shows the older version overwrites nothing unseen, and loses nothing.
    late = client.post(f"{path}amend/", answers(stamp=second, title="別の題名"))
    assert late.status_code == 409
    assert "別の題名" in late.content.decode()
    proposal.refresh_from_db()
    assert proposal.title == "新しい題名"

    # What is unticked is deleted, with its file.
    stored = Path(proposal.attachments.get().file.path)
    assert stored.is_file()
    assert stored.is_relative_to(Path(django_settings.DATA_DIR) / "private")
    assert (
        client.post(f"{path}amend/", answers(stamp=stamp_of(minutes, 2, "3" * 32))).status_code
        == 302
    )
    assert not proposal.attachments.exists()

    places["shizuoka"].editor.post(
        f"/admin/proposals/{proposal.pk}/decline/", {"reason": "公開された資料がありません。"}
    )
    late = client.post(f"{path}amend/", answers(stamp=stamp_of(minutes, 3, "4" * 32), title="もう"))
    assert late["Location"] == path
    proposal.refresh_from_db()
    assert proposal.title != "もう"
    assert "公開された資料がありません。" in client.get(path).content.decode()
    assert "公開された資料がありません。" in letters()[-1].body
    client.post(path, {"action": "withdraw"})
    assert Proposal.objects.filter(pk=proposal.pk).exists(), "what is decided stays"


def test_withdrawing_deletes_everything(
    client: Client,
    places: dict[str, Place],
    answers: Answers,
    django_capture_on_commit_callbacks: Any,
) -> None:
    proposal = sent(client, answers(uploads=[picture()], people_consented="on"))
    stored = Path(proposal.attachments.get().file.path)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(link(), {"action": "withdraw"}).status_code == 200
    assert not Proposal.objects.exists()
    assert not stored.exists()
    assert client.get(link()).status_code == 410


def test_files_of_another_proposal_cannot_be_claimed(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    theirs = sent(client, answers(uploads=[picture()], people_consented="on"))
    token = signing.dumps(theirs.attachments.get().key.hex, salt="proposals.file")
    mine = sent(client, answers(kept=[token, "forged"], people_consented="on"))
    assert mine.pk != theirs.pk
    assert theirs.attachments.count() == 1
    assert not mine.attachments.exists()


# --- Spam -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"homepage": "https://spam.example"}, "表示されない"),
        ({"stamp": ""}, "有効期限"),
        ({"stamp": "forged"}, "有効期限"),
        ({"stamp": datetime.timedelta(seconds=-5)}, "数秒"),
        ({"stamp": datetime.timedelta(days=2)}, "1日"),
    ],
)
def test_programs_are_stopped_and_people_lose_nothing(
    client: Client,
    places: dict[str, Place],
    answers: Answers,
    change: dict[str, Any],
    words: str,
) -> None:
    if isinstance(change.get("stamp"), datetime.timedelta):
        change = {"stamp": stamp_of(change["stamp"])}
    response = client.post("/proposals/", answers(**change))
    text = response.content.decode()
    assert response.status_code == 400
    assert words in text
    assert "教室を開いた。" in text
    assert not Proposal.objects.exists()
    assert not mail.outbox


def test_form_sent_twice_is_stored_once(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    same = answers()
    sent(client, same)
    sent(client, same | {"title": "もう一度"})
    assert Proposal.objects.get().title == "浜松市の学校へ入る前の教室"
    assert len(letters()) == 1


def test_rates_hold(
    client: Client, places: dict[str, Place], answers: Answers, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "proposal": "3/day", "proposal_address": "2/day"}
    for _ in range(3):
        sent(client, answers())
    assert len(letters()) == 2, "one address gets two mails a day"
    response = client.post("/proposals/", answers())
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "教室を開いた。" in response.content.decode()
    assert Proposal.objects.count() == 3
    foreign = client.post(
        "/proposals/", answers(), headers={"sec-fetch-site": "cross-site"}, REMOTE_ADDR="192.0.2.9"
    )
    assert foreign.status_code == 403


# --- Who may ----------------------------------------------------------------------------------


def test_each_region_sees_only_its_places(
    client: Client,
    places: dict[str, Place],
    answers: Answers,
    curator: Client,
    editor_client: Client,
) -> None:
    proposal = sent(client, answers(uploads=[picture()], people_consented="on"))
    file = f"/admin/proposals/{proposal.pk}/files/{proposal.attachments.get().pk}/"
    paths = ["/admin/proposals/", f"/admin/proposals/{proposal.pk}/", file]
    assert all(curator.get(path).status_code == 200 for path in paths)
    neighbour = places["aichi"].editor
    assert "浜松" not in neighbour.get("/admin/proposals/").content.decode()
    for stranger in [neighbour, editor_client, client]:
        expected = {404} if stranger is neighbour else {302, 403}
        for path in paths[1:]:
            assert stranger.get(path).status_code in expected, path
        for action in ["take-up", "decline"]:
            stranger.post(f"/admin/proposals/{proposal.pk}/{action}/", {"reason": "いいえ"})
    proposal.refresh_from_db()
    assert proposal.is_waiting
    assert not CaseStudyPage.objects.exists()
    curator.post(f"/admin/proposals/{proposal.pk}/take-up/")
    assert CaseStudyPage.objects.get().get_parent().slug == "shizuoka"


def test_declining_needs_a_reason(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    proposal = sent(client, answers())
    response = places["shizuoka"].editor.post(
        f"/admin/proposals/{proposal.pk}/decline/", {"reason": "  "}
    )
    assert response.status_code == 400
    assert "理由" in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.is_waiting


def test_place_without_a_page_of_cases_is_said(
    client: Client, places: dict[str, Place], answers: Answers, curator: Client
) -> None:
    Area.objects.create(code="13", kind="prefecture", name_ja="東京都", name_en="Tokyo")
    proposal = sent(client, answers(prefecture="13", municipality=""))
    assert "地域の設定" in curator.get(f"/admin/proposals/{proposal.pk}/").content.decode()
    response = curator.post(f"/admin/proposals/{proposal.pk}/take-up/", follow=True)
    assert "地域の設定" in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.is_waiting


# --- Forgetting -------------------------------------------------------------------------------


def test_personal_data_is_deleted_in_time(
    client: Client, places: dict[str, Place], answers: Answers
) -> None:
    editor = places["shizuoka"].editor
    declined, taken_up, waiting = (sent(client, answers(title=f"提案{n}")) for n in range(3))
    follow = link(letters()[1])
    editor.post(f"/admin/proposals/{declined.pk}/decline/", {"reason": "資料なし"})
    editor.post(f"/admin/proposals/{taken_up.pk}/take-up/")
    client.post("/proposals/", answers(title="", uploads=[picture()], people_consented="on"))
    Proposal.objects.filter(pk=waiting.pk).update(receipt_at=None)
    mail.outbox.clear()
    call_command("proposals_forget", dry_run=True, verbosity=0)
    assert not mail.outbox
    call_command("proposals_forget", verbosity=0)
    assert Proposal.objects.count() == 3
    assert Attachment.objects.count() == 1
    assert len(letters()) == 1, "a receipt that could not be sent is sent now"

    long_ago = timezone.now() - datetime.timedelta(days=91)
    Proposal.objects.exclude(decided_at=None).update(decided_at=long_ago)
    Attachment.objects.update(stored_at=long_ago)
    call_command("proposals_forget", verbosity=0)
    assert not Proposal.objects.filter(pk=declined.pk).exists()
    taken_up.refresh_from_db()
    assert (taken_up.proposer_name, taken_up.proposer_mail) == ("", "")
    assert client.get(follow).status_code == 410
    assert Proposal.objects.get(pk=waiting.pk).proposer_mail
    assert not Attachment.objects.exists()
    assert CaseStudyPage.objects.count() == 1
    assert not get_document_model().objects.exists()
