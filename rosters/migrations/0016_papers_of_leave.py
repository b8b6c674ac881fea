"""Photos of papers that belong to leave (A13, A20)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("rosters", "0015_unattended_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeavePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("leave", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="rosters.leave")),
            ],
            options={
                "verbose_name": "photo of leave",
                "verbose_name_plural": "photos of leave",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="leavephoto",
            constraint=models.UniqueConstraint(fields=("leave", "digest"), name="leave_photo_once"),
        ),
    ]
