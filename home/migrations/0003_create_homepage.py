"""The home page, and the site whose root it is."""

from django.db import migrations


def create_homepage(apps, schema_editor):
    """Replace Wagtail's welcome page by the Japanese home page."""
    ContentType = apps.get_model("contenttypes.ContentType")
    Page = apps.get_model("wagtailcore.Page")
    Site = apps.get_model("wagtailcore.Site")
    Locale = apps.get_model("wagtailcore.Locale")
    HomePage = apps.get_model("home.HomePage")

    page_type = ContentType.objects.get(model="page", app_label="wagtailcore")
    Page.objects.filter(content_type=page_type, slug="home", depth=2).delete()
    home_type, _created = ContentType.objects.get_or_create(model="homepage", app_label="home")
    locale, _created = Locale.objects.get_or_create(language_code="ja")
    homepage = HomePage.objects.create(
        title="共生の未来全国連携事業",
        draft_title="共生の未来全国連携事業",
        slug="home",
        content_type=home_type,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=locale,
    )
    Site.objects.create(
        hostname="localhost", root_page=homepage, is_default_site=True, site_name="NANIF"
    )


def remove_homepage(apps, schema_editor):
    """Remove the home page; the site goes with it."""
    apps.get_model("home.HomePage").objects.filter(slug="home", depth=2).delete()


class Migration(migrations.Migration):
    """Create the home page after the locale models exist."""

    dependencies = [("home", "0002_initial")]

    operations = [migrations.RunPython(create_homepage, remove_homepage)]
