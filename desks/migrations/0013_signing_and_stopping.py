"""Settings of signing, refusing and relieving; desks that stand already get the two grounds that they lacked (A23, C10, C12, E7, E9)."""

import django.core.validators
from django.db import migrations, models

from desks.together import together

GROUNDS = """
WITH fresh(code, en, hans, hant, place) AS (VALUES
    ('left_out', 'Something was left out', '发现交接遗漏', '發現交接遺漏', 1),
    ('not_on_time', 'Not on time', '未按时到岗', '未按時到崗', 2)),
added AS (
    INSERT INTO desks_choice (desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant)
    SELECT desk.id, 'refusal_ground', code, 1, place + (SELECT max(position) FROM desks_choice
        WHERE desk_id = desk.id AND purpose = 'refusal_ground'), true, en, hans, hant
    FROM desks_desk AS desk CROSS JOIN fresh
    WHERE EXISTS (SELECT FROM desks_choice WHERE desk_id = desk.id AND purpose = 'refusal_ground')
      AND NOT EXISTS (SELECT FROM desks_choice WHERE desk_id = desk.id AND purpose = 'refusal_ground' AND desks_choice.code = fresh.code)
    RETURNING *)
INSERT INTO desks_historicalchoice (id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    history_date, history_type, history_change_reason)
SELECT id, desk_id, purpose, code, version, position, current, label_en, label_zh_hans, label_zh_hant,
    statement_timestamp(), '+', 'a new ground of the project' FROM added;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0012_rooms_readings_blind_counts'),
    ]

    operations = together([
        migrations.AddField(
            model_name='desksettings',
            name='hearing_hours',
            field=models.PositiveSmallIntegerField(default=48, help_text='C12: so long the supervisor waits for what the person says before deciding without it.', validators=[django.core.validators.MaxValueValidator(336)], verbose_name='a statement is awaited for (hours)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='phone_signing',
            field=models.BooleanField(default=True, help_text="A29: by a code on the desk's screen that opens within one minute.", verbose_name='the incoming may sign on their own phone'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='refusal_minutes',
            field=models.PositiveSmallIntegerField(default=10, help_text='E9: then the supervisor is reminded, and after as long again the project head is told.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='decide a refusal within (minutes)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='relief_limit_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='A23: past it the supervisor must name somebody, rostered or not, or come; the project head is told.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='somebody must relieve within (minutes)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='reservations_first',
            field=models.BooleanField(default=True, help_text='A22: the mild way; a front desk offers it first.', verbose_name='offer taking over with reservations before a refusal'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='rest_hours',
            field=models.PositiveSmallIntegerField(default=11, help_text='A13: a stand-in is offered first who has rested so long; others are named with a warning.', validators=[django.core.validators.MaxValueValidator(24)], verbose_name='rest between two duties (hours)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='stopping_kinds',
            field=models.JSONField(blank=True, default=list, help_text='C10: codes of kinds, for example emergency; without any, an open emergency is shown and stops nothing.', verbose_name='no handover while such an entry is open'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='void_unless_present',
            field=models.BooleanField(default=False, help_text='E7: the supervisor may find it void afterwards, with a consequence; who held the desk stays as it was.', verbose_name='a handover without both present is void'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='hearing_hours',
            field=models.PositiveSmallIntegerField(default=48, help_text='C12: so long the supervisor waits for what the person says before deciding without it.', validators=[django.core.validators.MaxValueValidator(336)], verbose_name='a statement is awaited for (hours)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='phone_signing',
            field=models.BooleanField(default=True, help_text="A29: by a code on the desk's screen that opens within one minute.", verbose_name='the incoming may sign on their own phone'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='refusal_minutes',
            field=models.PositiveSmallIntegerField(default=10, help_text='E9: then the supervisor is reminded, and after as long again the project head is told.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='decide a refusal within (minutes)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='relief_limit_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='A23: past it the supervisor must name somebody, rostered or not, or come; the project head is told.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='somebody must relieve within (minutes)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='reservations_first',
            field=models.BooleanField(default=True, help_text='A22: the mild way; a front desk offers it first.', verbose_name='offer taking over with reservations before a refusal'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='rest_hours',
            field=models.PositiveSmallIntegerField(default=11, help_text='A13: a stand-in is offered first who has rested so long; others are named with a warning.', validators=[django.core.validators.MaxValueValidator(24)], verbose_name='rest between two duties (hours)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='stopping_kinds',
            field=models.JSONField(blank=True, default=list, help_text='C10: codes of kinds, for example emergency; without any, an open emergency is shown and stops nothing.', verbose_name='no handover while such an entry is open'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='void_unless_present',
            field=models.BooleanField(default=False, help_text='E7: the supervisor may find it void afterwards, with a consequence; who held the desk stays as it was.', verbose_name='a handover without both present is void'),
        ),
        # Going back leaves the grounds: refusals may name them.
        migrations.RunSQL(GROUNDS, migrations.RunSQL.noop),
    ])
