"""Three answers about the people in a picture instead of a tick; files are found by their address.

A tick becomes "agreed". Without one nobody knows whether there are people at all: pictures in use
become "unasked" and stay where they are, so that no published page loses its picture; those that
nothing refers to become "unknown", which is not for publication.
"""

from __future__ import annotations

from typing import Any

import wagtail.images.models
from django.db import migrations, models

import images.models


def answer(apps: Any, schema_editor: Any) -> None:
    picture = apps.get_model("images", "CustomImage")
    content_type = (
        apps.get_model("contenttypes", "ContentType")
        .objects.filter(app_label="images", model="customimage")
        .first()
    )
    used = set()
    if content_type is not None:
        used = set(
            apps.get_model("wagtailcore", "ReferenceIndex")
            .objects.filter(to_content_type=content_type)
            .values_list("to_object_id", flat=True)
        )
    picture.objects.filter(people_consented=True).update(people="agreed")
    for pk in picture.objects.filter(people_consented=False).values_list("pk", flat=True):
        if str(pk) in used:
            picture.objects.filter(pk=pk).update(people="unasked")


def tick(apps: Any, schema_editor: Any) -> None:
    picture = apps.get_model("images", "CustomImage")
    picture.objects.filter(people="agreed").update(people_consented=True)


class Migration(migrations.Migration):
    dependencies = [
        ("images", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="customimage",
            name="people",
            field=models.CharField(
                choices=[
                    (
                        "unknown",
                        "Somebody has not agreed, or has not been asked: not for publication",
                    ),
                    ("none", "Nobody can be recognised"),
                    ("agreed", "Everybody who can be recognised has agreed"),
                    ("unasked", "In use before this was asked: please answer"),
                ],
                default="unknown",
                help_text="A page with a picture that is not for publication cannot be published, "
                "and the picture is not shown.",
                max_length=10,
                verbose_name="people shown",
            ),
        ),
        migrations.RunPython(answer, tick),
        migrations.RemoveField(model_name="customimage", name="people_consented"),
        migrations.AlterField(
            model_name="customimage",
            name="permission_until",
            field=models.DateField(
                blank=True,
                help_text="The last day on which it may be shown. From the next day on it "
                "disappears from all pages by itself.",
                null=True,
                verbose_name="permission until",
            ),
        ),
        migrations.AlterField(
            model_name="customimage",
            name="file",
            field=images.models.PictureFileField(
                db_index=True,
                height_field="height",
                upload_to=wagtail.images.models.get_upload_to,
                verbose_name="file",
                width_field="width",
            ),
        ),
        migrations.AlterField(
            model_name="rendition",
            name="file",
            field=wagtail.images.models.WagtailImageField(
                db_index=True,
                height_field="height",
                storage=wagtail.images.models.get_rendition_storage,
                upload_to=wagtail.images.models.get_rendition_upload_to,
                width_field="width",
            ),
        ),
    ]
