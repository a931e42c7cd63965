"""Keys that could approve class lists by ``issue`` still can, by the scope that this has now."""

from django.db import migrations


def give(apps, schema_editor):
    """Give ``issue:approve`` to every key that has ``issue``: what it may do stays the same."""
    for key in apps.get_model("api", "ApiKey").objects.all().iterator():
        if "issue" in key.scopes and "issue:approve" not in key.scopes:
            key.scopes = sorted([*key.scopes, "issue:approve"])
            key.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
