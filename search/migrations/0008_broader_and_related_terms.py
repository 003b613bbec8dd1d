from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0007_outbox_of_records")]

    operations = [
        migrations.AddField(
            model_name="lexiconentry",
            name="broader",
            field=models.TextField(
                blank=True,
                help_text=(
                    "One a line. Offered to readers where a search for the words finds little."
                ),
                verbose_name="broader terms",
            ),
        ),
        migrations.AddField(
            model_name="lexiconentry",
            name="related",
            field=models.TextField(
                blank=True,
                help_text="One a line, offered behind the broader ones.",
                verbose_name="related terms",
            ),
        ),
    ]
