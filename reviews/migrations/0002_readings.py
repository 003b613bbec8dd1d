"""How names are read, and the readings of what is stored already."""

from django.db import migrations, models


def read_all(apps, schema_editor):
    from search.language.analysis import fold, readings
    from search.language.readings import katakana

    Reading = apps.get_model("reviews.Reading")
    kana = dict(
        apps.get_model("organisations.OrganisationPage").objects.values_list("pk", "kana")
    )
    for label in ["wagtailcore.Page", "images.CustomImage", "wagtaildocs.Document"]:
        kind = label.lower()
        known = set(Reading.objects.filter(kind=kind).values_list("object_id", flat=True))
        rows = apps.get_model(label).objects.values_list("pk", "title")
        Reading.objects.bulk_create(
            Reading(
                kind=kind,
                object_id=pk,
                text=" ".join(
                    filter(
                        None,
                        [
                            katakana(fold(kana.get(pk, ""))) if label == "wagtailcore.Page" else "",
                            katakana("".join(kana for _, kana in readings(fold(title)))),
                        ],
                    )
                ),
            )
            for pk, title in rows
            if pk not in known
        )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("organisations", "0002_initial"),
        ("images", "0002_initial"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=100, verbose_name='kind')),
                ('object_id', models.PositiveBigIntegerField(verbose_name='number')),
                ('text', models.TextField(blank=True, verbose_name='reading')),
            ],
            options={
                'verbose_name': 'reading',
                'verbose_name_plural': 'readings',
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='one_reading')],
            },
        ),
        migrations.RunPython(read_all, migrations.RunPython.noop),
    ]
