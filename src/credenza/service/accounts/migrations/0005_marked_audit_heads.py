"""The last link of each trail is marked; what is there on this day is taken for whole."""

from django.db import migrations, models

from credenza.service.accounts import audit


def mark(apps, _schema_editor):
    heads = apps.get_model("accounts", "AuditHead").objects
    for head in heads.all():
        heads.filter(pk=head.pk).update(mark=audit.mark_of(head))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_no_inviter")]
    operations = [
        migrations.AddField("audithead", "mark", models.CharField(default="", max_length=64)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
