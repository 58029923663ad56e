import django.db.models.deletion
from django.db import migrations, models


def keep_words(apps, schema_editor):
    opinions = apps.get_model("indexsets", "Opinion").objects.exclude(criterion=None).select_related("criterion")
    for opinion in opinions.iterator():
        opinion.about = f"{opinion.criterion.code} {opinion.criterion.name}"
        opinion.save(update_fields=["about"])


class Migration(migrations.Migration):
    dependencies = [
        ("indexsets", "0002_drafts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="criterion",
            name="name",
            field=models.CharField(max_length=1000, verbose_name="tên"),
        ),
        migrations.AddField(
            model_name="opinion",
            name="about",
            field=models.CharField(blank=True, max_length=1100, verbose_name="góp ý về"),
        ),
        migrations.AlterField(
            model_name="opinion",
            name="criterion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="opinions",
                to="indexsets.criterion",
                verbose_name="tiêu chí",
            ),
        ),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
    ]
