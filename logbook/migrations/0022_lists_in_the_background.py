"""Lists that are made in the background, and the digest of each file that was taken out (A20, I8)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0007_promises'),
        ('logbook', '0021_follow_ups_and_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AddField(
            model_name='accessrecord',
            name='file_digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list_name', models.CharField(max_length=20)),
                ('format', models.CharField(max_length=4)),
                ('asked', models.JSONField(default=dict)),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('asked', 'waiting for its turn'), ('running', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('expired', 'removed')], default='asked', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('ready_at', models.DateTimeField(null=True)),
                ('rights', models.JSONField(default=list)),
                ('filters', models.JSONField(default=dict)),
                ('first', models.BigIntegerField(null=True)),
                ('last', models.BigIntegerField(null=True)),
                ('file_name', models.CharField(blank=True, max_length=60)),
                ('file_size', models.BigIntegerField(default=0)),
                ('file_digest', models.CharField(blank=True, max_length=64)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_jobs', to='desks.desk')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'indexes': [models.Index(fields=['person', '-asked_at'], name='export_job_of_person'), models.Index(fields=['state', 'changed_at'], name='export_job_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), models.Q(('file_name', ''), _negated=True), models.Q(('file_digest', ''), _negated=True), ('ready_at__isnull', False)), models.Q(models.Q(('state', 'ready'), _negated=True), ('file_name', '')), _connector='OR'), name='export_job_ready_has_its_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'expired'), _negated=True), models.Q(('asked', {}), ('filters', {})), _connector='OR'), name='export_job_forgets_what_was_asked')],
            },
        ),
    ])
