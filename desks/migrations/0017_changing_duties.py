"""Settings of changing duties: lead time, own replacement, repayment, empty duties; kinds of leave (A13, B2.5, B3.5, E4)."""

import django.core.validators
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0016_who_has_not_come'),
    ]

    operations = together([
        migrations.AddField(
            model_name='desksettings',
            name='empty_ahead_days',
            field=models.PositiveSmallIntegerField(default=3, help_text='A13: a coming duty that nobody has, or whose holder has left, is raised so long before it begins.', validators=[django.core.validators.MaxValueValidator(31)], verbose_name='remind of an empty duty before (days)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='swap_by_rule',
            field=models.BooleanField(default=False, help_text='B2.5, B3.5: a swap holds as soon as a colleague who may take the duty agrees; the supervisor is told.', verbose_name='staff find their own replacement'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='swap_lead_days',
            field=models.PositiveSmallIntegerField(default=1, help_text='E4: so many days of the site before the duty; later only the supervisor files it, with a reason. 0 is no rule.', validators=[django.core.validators.MaxValueValidator(30)], verbose_name='ask for a swap or leave before (days)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='swap_repay_days',
            field=models.PositiveSmallIntegerField(default=0, help_text='B2.5: 1 is the next day. 0 where nothing is owed unless the two agree on it (B3.5).', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='a duty taken for somebody is repaid within (days)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='empty_ahead_days',
            field=models.PositiveSmallIntegerField(default=3, help_text='A13: a coming duty that nobody has, or whose holder has left, is raised so long before it begins.', validators=[django.core.validators.MaxValueValidator(31)], verbose_name='remind of an empty duty before (days)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='swap_by_rule',
            field=models.BooleanField(default=False, help_text='B2.5, B3.5: a swap holds as soon as a colleague who may take the duty agrees; the supervisor is told.', verbose_name='staff find their own replacement'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='swap_lead_days',
            field=models.PositiveSmallIntegerField(default=1, help_text='E4: so many days of the site before the duty; later only the supervisor files it, with a reason. 0 is no rule.', validators=[django.core.validators.MaxValueValidator(30)], verbose_name='ask for a swap or leave before (days)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='swap_repay_days',
            field=models.PositiveSmallIntegerField(default=0, help_text='B2.5: 1 is the next day. 0 where nothing is owed unless the two agree on it (B3.5).', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='a duty taken for somebody is repaid within (days)'),
        ),
        migrations.AlterField(
            model_name='choice',
            name='purpose',
            field=models.CharField(choices=[('source', 'source of an entry'), ('department', 'handling department'), ('correction_reason', 'reason of a correction'), ('refusal_ground', 'ground for refusing a handover'), ('takeover_reason', "reason of a supervisor's takeover"), ('absence_reason', 'reason for leaving the desk for a while'), ('leave_kind', 'kind of leave'), ('stock_phrase', 'stock phrase'), ('skill', 'skill of staff')], max_length=30, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='historicalchoice',
            name='purpose',
            field=models.CharField(choices=[('source', 'source of an entry'), ('department', 'handling department'), ('correction_reason', 'reason of a correction'), ('refusal_ground', 'ground for refusing a handover'), ('takeover_reason', "reason of a supervisor's takeover"), ('absence_reason', 'reason for leaving the desk for a while'), ('leave_kind', 'kind of leave'), ('stock_phrase', 'stock phrase'), ('skill', 'skill of staff')], max_length=30, verbose_name='purpose'),
        ),
    ])
