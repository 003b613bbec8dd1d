"""The groups whose members work for the whole network."""

from django.db import migrations

NAMES = ["Curators", "Translators", "Administrators"]


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth.Group")
    Permission = apps.get_model("auth.Permission")
    access = Permission.objects.get(
        codename="access_admin", content_type__app_label="wagtailadmin"
    )
    for name in NAMES:
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(access)


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
