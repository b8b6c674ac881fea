"""Archives, requests to purge, and what was purged (A19, I12)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0007_promises'),
        ('logbook', '0017_attachments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('first_number', models.BigIntegerField()),
                ('last_number', models.BigIntegerField()),
                ('file_name', models.CharField(max_length=200)),
                ('file_digest', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archives', to='logbook.book')),
                ('checkpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.checkpoint')),
                ('note', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
            ],
            options={
                'verbose_name': 'archive',
                'verbose_name_plural': 'archives',
            },
        ),
        migrations.CreateModel(
            name='PurgeRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('method', models.CharField(max_length=10)),
                ('archive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purge_requests', to='logbook.archive')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'request to purge',
                'verbose_name_plural': 'requests to purge',
            },
        ),
        migrations.CreateModel(
            name='PurgeDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed', models.BooleanField()),
                ('decided_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('method', models.CharField(max_length=10)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='logbook.purgerequest')),
            ],
            options={
                'verbose_name': 'answer to a request to purge',
                'verbose_name_plural': 'answers to requests to purge',
            },
        ),
        migrations.CreateModel(
            name='Purge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_number', models.BigIntegerField()),
                ('last_number', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purges', to='logbook.book')),
                ('note', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('site_note', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='purge', to='logbook.purgerequest')),
            ],
            options={
                'verbose_name': 'purge',
                'verbose_name_plural': 'purges',
            },
        ),
        migrations.CreateModel(
            name='PurgeStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transaction', models.BigIntegerField()),
                ('first_number', models.BigIntegerField()),
                ('last_number', models.BigIntegerField()),
                ('value_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.book')),
                ('purge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='logbook.purge')),
            ],
            options={
                'verbose_name': 'step of a purge',
                'verbose_name_plural': 'steps of a purge',
            },
        ),
        migrations.CreateModel(
            name='RetentionPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('years', models.PositiveSmallIntegerField(verbose_name='years')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('set_at', models.DateTimeField(null=True)),
                ('takes_effect_at', models.DateTimeField(null=True)),
                ('note', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retention_periods', to='desks.site')),
            ],
            options={
                'verbose_name': 'period of the record',
                'verbose_name_plural': 'periods of the record',
            },
        ),
        migrations.AddConstraint(
            model_name='archive',
            constraint=models.UniqueConstraint(fields=('book', 'month'), name='archive_once_for_each_month'),
        ),
        migrations.AddConstraint(
            model_name='archive',
            constraint=models.CheckConstraint(condition=models.Q(('first_number__gte', 1), ('last_number__gte', models.F('first_number')), ('month__day', 1)), name='archive_is_a_range'),
        ),
        migrations.AddConstraint(
            model_name='purgedecision',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='purge_declined_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='purge',
            constraint=models.UniqueConstraint(fields=('book', 'last_number'), name='purge_once_up_to_a_number'),
        ),
        migrations.AddIndex(
            model_name='purgestep',
            index=models.Index(fields=['transaction'], name='purge_step_of_transaction'),
        ),
        migrations.AddConstraint(
            model_name='purgestep',
            constraint=models.UniqueConstraint(fields=('purge', 'first_number'), name='purge_step_once'),
        ),
        migrations.AddConstraint(
            model_name='retentionperiod',
            constraint=models.CheckConstraint(condition=models.Q(('years__gte', 3), ('years__lte', 30)), name='retention_three_years_at_least'),
        ),
    ])
