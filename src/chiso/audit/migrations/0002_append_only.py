from django.db import migrations

from chiso.audit.append_only import guard, unguard


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
