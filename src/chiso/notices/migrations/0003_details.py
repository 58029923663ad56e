from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_deliveries"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="detail",
            field=models.CharField(blank=True, max_length=300, verbose_name="chi tiết", default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["sent_at"], name="notices_by_time"),
        ),
    ]
