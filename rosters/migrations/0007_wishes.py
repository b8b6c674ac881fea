"""Wishes of staff for the month that is being planned (A5)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0015_planning_settings'),
        ('rosters', '0006_what_was_agreed_with_staff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='HistoricalWish',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('want', models.BooleanField(default=True, verbose_name='would like it')),
                ('shift_code', models.CharField(blank=True, help_text='Empty: a day off.', max_length=40, verbose_name='shift')),
                ('weight', models.PositiveSmallIntegerField(choices=[(1, 'if it can be'), (2, 'important'), (3, 'very important')], default=1, verbose_name='how important')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk', verbose_name='desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'historical wish',
                'verbose_name_plural': 'historical wishes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('want', models.BooleanField(default=True, verbose_name='would like it')),
                ('shift_code', models.CharField(blank=True, help_text='Empty: a day off.', max_length=40, verbose_name='shift')),
                ('weight', models.PositiveSmallIntegerField(choices=[(1, 'if it can be'), (2, 'important'), (3, 'very important')], default=1, verbose_name='how important')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='desks.desk', verbose_name='desk')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'wish',
                'verbose_name_plural': 'wishes',
                'ordering': ['day', 'person'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'person', 'day', 'shift_code'), name='wish_once_for_a_day_and_shift'), models.CheckConstraint(condition=models.Q(('weight__range', (1, 3))), name='wish_weight_is_one_to_three')],
            },
        ),
    ])
