from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0002_first_list_of_an_instance'),
    ]

    operations = [
        migrations.AddField(
            model_name='vcinstance',
            name='purposes',
            field=models.CharField(default='revocation suspension', max_length=40),
        ),
    ]
