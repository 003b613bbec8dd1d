from django.db import migrations, models


def rename_in_drafts(apps, schema_editor):
    """Let drafts and earlier versions keep what they say under the new name."""
    Revision = apps.get_model("wagtailcore", "Revision")
    revisions = Revision.objects.filter(
        content_type__app_label="programmes", content_type__model="programmepage"
    )
    for revision in revisions.iterator():
        if "unknown" in revision.content:
            revision.content["internal_note"] = revision.content.pop("unknown")
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    """What is not known is told to editors alone; who runs a programme is said."""

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        ("programmes", "0002_guide_sources"),
    ]

    operations = [
        migrations.RenameField("programmepage", "unknown", "internal_note"),
        migrations.AlterField(
            model_name="programmepage",
            name="internal_note",
            field=models.TextField(
                blank=True,
                help_text="For editors alone: what is still to be asked or confirmed.",
                verbose_name="internal note",
            ),
        ),
        migrations.AlterField(
            model_name="programmepage",
            name="state",
            field=models.CharField(
                choices=[
                    ("ongoing", "in progress"),
                    ("ended", "finished"),
                    ("unknown", "as its dates say"),
                ],
                default="unknown",
                max_length=20,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="programmebody",
            name="part",
            field=models.CharField(
                choices=[
                    ("runner", "runs it"),
                    ("partner", "partner"),
                    ("supporter", "supporter"),
                    ("member", "member"),
                ],
                default="partner",
                max_length=20,
                verbose_name="part",
            ),
        ),
        migrations.RunPython(rename_in_drafts, migrations.RunPython.noop),
    ]
