"""Runs of the drafting engine, and the cells that drafts leave as they are (A5)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0017_changing_duties'),
        ('rosters', '0012_what_is_asked_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='DraftRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('base_version', models.PositiveIntegerField(default=0)),
                ('keeps', models.BooleanField(default=False)),
                ('pinned', models.JSONField(default=list)),
                ('seconds', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'waiting for its turn'), ('running', 'being drafted'), ('stopped', 'stopped'), ('done', 'finished'), ('failed', 'failed')], default='queued', max_length=10, verbose_name='state')),
                ('changed_at', models.DateTimeField()),
                ('elapsed', models.FloatField(default=0)),
                ('cost', models.PositiveIntegerField(null=True)),
                ('bound', models.FloatField(default=0)),
                ('rows', models.JSONField(default=dict)),
                ('found', models.CharField(blank=True, choices=[('', 'nothing yet'), ('best', 'proven best'), ('good', 'a lawful roster'), ('none', 'no roster in the time'), ('impossible', 'impossible')], default='', max_length=10)),
                ('breaches', models.JSONField(default=list)),
                ('clash', models.JSONField(default=dict)),
                ('fate', models.CharField(blank=True, choices=[('', 'to be decided'), ('used', 'used'), ('aside', 'put aside')], default='', max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('used_version', models.PositiveIntegerField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draft_runs', to='desks.desk')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft by the engine',
                'verbose_name_plural': 'drafts by the engine',
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'changed_at'], name='draft_run_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('desk', 'month'), name='draft_run_one_at_a_time'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='draft_run_is_of_a_month'), models.CheckConstraint(condition=models.Q(('seconds__gte', 5), ('seconds__lte', 120)), name='draft_run_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('fate', ''), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(models.Q(('fate', ''), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('state__in', ['queued', 'running']), _negated=True)), _connector='OR'), name='draft_run_settled_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('fate', 'used'), ('used_version__gt', models.F('base_version'))), models.Q(models.Q(('fate', 'used'), _negated=True), ('used_version__isnull', True)), _connector='OR'), name='draft_run_used_is_a_version')],
            },
        ),
        migrations.CreateModel(
            name='RosterPin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site_day', models.DateField()),
                ('pinned_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pinned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pins', to='rosters.roster')),
            ],
            options={
                'verbose_name': 'pinned cell',
                'verbose_name_plural': 'pinned cells',
                'constraints': [models.UniqueConstraint(fields=('roster', 'person', 'site_day'), name='roster_pin_once')],
            },
        ),
    ])
