"""What a shift counts as, who takes it, how many are needed on which days; the site's own days (A6)."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

# Shifts in the colour of the night are nights, also those of old versions: duties of the past count as what they were.
NIGHTS = """
WITH nights AS (UPDATE rosters_shifttype SET night = true WHERE tone = 'night' RETURNING *)
INSERT INTO rosters_historicalshifttype (id, desk_id, code, version, position, current, label_en, label_zh_hans, label_zh_hant, mark_en, mark_zh,
    starts, ends, tone, needed, night, break_minutes, roles, skills, history_date, history_type, history_change_reason)
SELECT id, desk_id, code, version, position, current, label_en, label_zh_hans, label_zh_hant, mark_en, mark_zh,
    starts, ends, tone, needed, night, break_minutes, roles, skills, statement_timestamp(), '~', 'shifts in the colour of the night count as nights'
FROM nights;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0015_planning_settings'),
        ('rosters', '0004_leaving_in_an_emergency'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AddField(
            model_name='historicalshifttype',
            name='break_minutes',
            field=models.PositiveSmallIntegerField(default=0, help_text='A10: does not count as working time. 0 where the meal is taken on duty.', validators=[django.core.validators.MaxValueValidator(240)], verbose_name='break (minutes)'),
        ),
        migrations.AddField(
            model_name='historicalshifttype',
            name='night',
            field=models.BooleanField(default=False, help_text='Who is protected from nights is not planned for it; nights are spread fairly.', verbose_name='counts as a night'),
        ),
        migrations.AddField(
            model_name='historicalshifttype',
            name='roles',
            field=models.JSONField(blank=True, default=list, help_text='A6: none ticked means every role that may take a duty at the desk.', verbose_name='roles that may take it'),
        ),
        migrations.AddField(
            model_name='historicalshifttype',
            name='skills',
            field=models.JSONField(blank=True, default=list, help_text="Codes of the desk's skills; who takes the shift has them all.", verbose_name='skills that it asks for'),
        ),
        migrations.AddField(
            model_name='shifttype',
            name='break_minutes',
            field=models.PositiveSmallIntegerField(default=0, help_text='A10: does not count as working time. 0 where the meal is taken on duty.', validators=[django.core.validators.MaxValueValidator(240)], verbose_name='break (minutes)'),
        ),
        migrations.AddField(
            model_name='shifttype',
            name='night',
            field=models.BooleanField(default=False, help_text='Who is protected from nights is not planned for it; nights are spread fairly.', verbose_name='counts as a night'),
        ),
        migrations.AddField(
            model_name='shifttype',
            name='roles',
            field=models.JSONField(blank=True, default=list, help_text='A6: none ticked means every role that may take a duty at the desk.', verbose_name='roles that may take it'),
        ),
        migrations.AddField(
            model_name='shifttype',
            name='skills',
            field=models.JSONField(blank=True, default=list, help_text="Codes of the desk's skills; who takes the shift has them all.", verbose_name='skills that it asks for'),
        ),
        migrations.AlterField(
            model_name='historicalshifttype',
            name='needed',
            field=models.PositiveSmallIntegerField(default=1, help_text='On days for which the list of people needed says nothing else.', verbose_name='people needed'),
        ),
        migrations.AlterField(
            model_name='shifttype',
            name='needed',
            field=models.PositiveSmallIntegerField(default=1, help_text='On days for which the list of people needed says nothing else.', verbose_name='people needed'),
        ),
        migrations.CreateModel(
            name='HistoricalShiftNeed',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('shift_code', models.CharField(help_text='Code of the shift type.', max_length=40, verbose_name='shift')),
                ('on', models.CharField(choices=[('mon', 'Mondays'), ('tue', 'Tuesdays'), ('wed', 'Wednesdays'), ('thu', 'Thursdays'), ('fri', 'Fridays'), ('sat', 'Saturdays'), ('sun', 'Sundays'), ('working', 'working days'), ('weekend', 'weekends'), ('holiday', 'public holidays'), ('makeup', 'make-up working days'), ('busy', 'days of special need')], max_length=10, verbose_name='on')),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(99)], verbose_name='people needed')),
                ('skill', models.CharField(blank=True, help_text='Code of a skill. Empty: the number of all.', max_length=40, verbose_name='of them with the skill')),
                ('current', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical people needed on a shift',
                'verbose_name_plural': 'historical people needed on shifts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSiteDay',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('label_en', models.CharField(blank=True, max_length=120, verbose_name='label (English)')),
                ('label_zh_hans', models.CharField(blank=True, max_length=120, verbose_name='label (Simplified Chinese)')),
                ('label_zh_hant', models.CharField(blank=True, max_length=120, verbose_name='label (Traditional Chinese)')),
                ('day', models.DateField(verbose_name='day')),
                ('what', models.CharField(choices=[('holiday', 'holiday'), ('working', 'working day'), ('busy', 'day of special need'), ('closed', 'closed')], max_length=10, verbose_name='what it is')),
                ('current', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: every desk of the site.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'historical own day of the site',
                'verbose_name_plural': 'historical own days of the site',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ShiftNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shift_code', models.CharField(help_text='Code of the shift type.', max_length=40, verbose_name='shift')),
                ('on', models.CharField(choices=[('mon', 'Mondays'), ('tue', 'Tuesdays'), ('wed', 'Wednesdays'), ('thu', 'Thursdays'), ('fri', 'Fridays'), ('sat', 'Saturdays'), ('sun', 'Sundays'), ('working', 'working days'), ('weekend', 'weekends'), ('holiday', 'public holidays'), ('makeup', 'make-up working days'), ('busy', 'days of special need')], max_length=10, verbose_name='on')),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(99)], verbose_name='people needed')),
                ('skill', models.CharField(blank=True, help_text='Code of a skill. Empty: the number of all.', max_length=40, verbose_name='of them with the skill')),
                ('current', models.BooleanField(default=True, verbose_name='in use')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shift_needs', to='desks.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'people needed on a shift',
                'verbose_name_plural': 'people needed on shifts',
                'ordering': ['desk', 'shift_code', 'on', 'skill'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('desk', 'shift_code', 'on', 'skill'), name='shift_need_once')],
            },
        ),
        migrations.CreateModel(
            name='SiteDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label_en', models.CharField(blank=True, max_length=120, verbose_name='label (English)')),
                ('label_zh_hans', models.CharField(blank=True, max_length=120, verbose_name='label (Simplified Chinese)')),
                ('label_zh_hant', models.CharField(blank=True, max_length=120, verbose_name='label (Traditional Chinese)')),
                ('day', models.DateField(verbose_name='day')),
                ('what', models.CharField(choices=[('holiday', 'holiday'), ('working', 'working day'), ('busy', 'day of special need'), ('closed', 'closed')], max_length=10, verbose_name='what it is')),
                ('current', models.BooleanField(default=True, verbose_name='in use')),
                ('desk', models.ForeignKey(blank=True, help_text='Empty: every desk of the site.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_days', to='desks.desk', verbose_name='desk')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_days', to='desks.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'own day of the site',
                'verbose_name_plural': 'own days of the site',
                'ordering': ['-day', 'site', 'desk'],
                'constraints': [models.UniqueConstraint(models.F('site'), models.Func(models.F('desk'), models.Value(0), function='COALESCE'), models.F('day'), condition=models.Q(('current', True)), name='site_day_once')],
            },
        ),
        migrations.RunSQL(NIGHTS, migrations.RunSQL.noop),
    ])
