"""What was agreed with each member of staff, from a day until a day (A5)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import rosters.models.staff
from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0015_planning_settings'),
        ('rosters', '0005_shifts_and_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='HistoricalPersonSkill',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('skill', models.CharField(max_length=40, verbose_name='skill')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'historical skill of a person',
                'verbose_name_plural': 'historical skills of people',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProtection',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('what', models.CharField(choices=[('no_nights', 'no nights'), ('no_overtime', 'no overtime')], max_length=12, verbose_name='protected')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'historical protection',
                'verbose_name_plural': 'historical protections',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalStaffTerms',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('week_hours', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='contract hours a week')),
                ('system', models.CharField(choices=[('standard', 'standard hours'), ('comprehensive', 'hours counted over a period'), ('flexible', 'no fixed hours')], default='standard', max_length=14, verbose_name='working-time system')),
                ('days_off', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')]), blank=True, default=list, size=None, verbose_name='fixed days off')),
                ('free_weekends', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(5)], verbose_name='free weekends a month, at least')),
                ('days_in_row', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)], verbose_name='working days in a row at most')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'historical terms of staff',
                'verbose_name_plural': 'historical terms of staff',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTrainingPair',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('guide', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='guided by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('learner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in training')),
            ],
            options={
                'verbose_name': 'historical training pair',
                'verbose_name_plural': 'historical training pairs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PersonSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('skill', models.CharField(max_length=40, verbose_name='skill')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='person_skills', to='desks.desk', verbose_name='desk')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skills', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'skill of a person',
                'verbose_name_plural': 'skills of people',
                'ordering': ['person', 'skill', 'from_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='person_skill_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('desk', '='), ('person', '='), ('skill', '='), (rosters.models.staff.Days('from_on', 'until_on'), '&&')], name='person_skill_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Protection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('what', models.CharField(choices=[('no_nights', 'no nights'), ('no_overtime', 'no overtime')], max_length=12, verbose_name='protected')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='protections', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='protections', to='desks.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'protection',
                'verbose_name_plural': 'protections',
                'ordering': ['person', 'from_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='protection_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('site', '='), ('person', '='), ('what', '='), (rosters.models.staff.Days('from_on', 'until_on'), '&&')], name='protection_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='StaffTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('week_hours', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='contract hours a week')),
                ('system', models.CharField(choices=[('standard', 'standard hours'), ('comprehensive', 'hours counted over a period'), ('flexible', 'no fixed hours')], default='standard', max_length=14, verbose_name='working-time system')),
                ('days_off', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')]), blank=True, default=list, size=None, verbose_name='fixed days off')),
                ('free_weekends', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(5)], verbose_name='free weekends a month, at least')),
                ('days_in_row', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)], verbose_name='working days in a row at most')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_terms', to='desks.desk', verbose_name='desk')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_terms', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'terms of staff',
                'verbose_name_plural': 'terms of staff',
                'ordering': ['desk', 'person', 'from_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='staff_terms_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('desk', '='), ('person', '='), (rosters.models.staff.Days('from_on', 'until_on'), '&&')], name='staff_terms_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='TrainingPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='training_pairs', to='desks.desk', verbose_name='desk')),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trains', to=settings.AUTH_USER_MODEL, verbose_name='guided by')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trained_by', to=settings.AUTH_USER_MODEL, verbose_name='in training')),
            ],
            options={
                'verbose_name': 'training pair',
                'verbose_name_plural': 'training pairs',
                'ordering': ['desk', 'from_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='training_pair_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('desk', '='), ('learner', '='), (rosters.models.staff.Days('from_on', 'until_on'), '&&')], name='training_pair_one_guide_at_a_time'), models.CheckConstraint(condition=models.Q(('learner', models.F('guide')), _negated=True), name='training_pair_is_of_two')],
            },
        ),
    ])
