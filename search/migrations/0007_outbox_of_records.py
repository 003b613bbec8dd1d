"""Let the outbox name records that are no pages as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Waiting rows stay, as rows of pages."""

    dependencies = [("search", "0006_other_languages")]

    operations = [
        migrations.RemoveIndex("searchoutbox", "search_sear_deliver_31539a_idx"),
        migrations.RemoveIndex("searchoutbox", "search_sear_page_id_3bb2e2_idx"),
        migrations.RenameField("searchoutbox", "page_id", "item_id"),
        migrations.AlterField(
            "searchoutbox",
            "item_id",
            models.PositiveBigIntegerField(verbose_name="number of the page or record"),
        ),
        migrations.AddField(
            "searchoutbox",
            "source",
            models.CharField(default="page", max_length=20, verbose_name="page or kind of record"),
        ),
        migrations.AddIndex(
            "searchoutbox",
            models.Index(
                fields=["delivered_at", "source", "item_id"],
                name="search_sear_deliver_d209b6_idx",
            ),
        ),
        migrations.AddIndex(
            "searchoutbox",
            models.Index(fields=["source", "item_id"], name="search_sear_source_131aee_idx"),
        ),
    ]
