"""What planning asks a desk: legal defaults, contract hours, wishes; where a site's public holidays come from; skills (A5, A6)."""

import django.core.validators
from django.db import migrations, models

import desks.models.places
from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0014_round_supervisor_minutes'),
    ]

    operations = together([
        migrations.AddField(
            model_name='desksettings',
            name='day_hours',
            field=models.PositiveSmallIntegerField(default=8, help_text='Labour Law 36: what is above it counts as overtime of the day.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='a normal working day (hours)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='days_in_row',
            field=models.PositiveSmallIntegerField(default=6, help_text='A5: for whom nothing else was agreed; 0 is no limit.', validators=[django.core.validators.MaxValueValidator(28)], verbose_name='working days in a row at most'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='overtime_day_hours',
            field=models.PositiveSmallIntegerField(default=3, help_text='Labour Law 41: beyond the normal day. To be checked by the site.', validators=[django.core.validators.MaxValueValidator(16)], verbose_name='overtime a day at most (hours)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='overtime_month_hours',
            field=models.PositiveSmallIntegerField(default=36, help_text="Labour Law 41: beyond the month's contract hours. To be checked by the site.", validators=[django.core.validators.MaxValueValidator(200)], verbose_name='overtime a month at most (hours)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='rest_day_within',
            field=models.PositiveSmallIntegerField(default=7, help_text='Labour Law 38: at least one in seven days in a row. To be checked by the site; 0 is no rule.', validators=[django.core.validators.MaxValueValidator(28)], verbose_name='a rest day in every … days'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='week_hours',
            field=models.PositiveSmallIntegerField(default=40, help_text='A5: for whom nothing else was agreed.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='contract hours a week'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='wishes_at_most',
            field=models.PositiveSmallIntegerField(default=6, help_text='A5: how many wishes each person may have for a month.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='wishes for a month at most'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='day_hours',
            field=models.PositiveSmallIntegerField(default=8, help_text='Labour Law 36: what is above it counts as overtime of the day.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='a normal working day (hours)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='days_in_row',
            field=models.PositiveSmallIntegerField(default=6, help_text='A5: for whom nothing else was agreed; 0 is no limit.', validators=[django.core.validators.MaxValueValidator(28)], verbose_name='working days in a row at most'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='overtime_day_hours',
            field=models.PositiveSmallIntegerField(default=3, help_text='Labour Law 41: beyond the normal day. To be checked by the site.', validators=[django.core.validators.MaxValueValidator(16)], verbose_name='overtime a day at most (hours)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='overtime_month_hours',
            field=models.PositiveSmallIntegerField(default=36, help_text="Labour Law 41: beyond the month's contract hours. To be checked by the site.", validators=[django.core.validators.MaxValueValidator(200)], verbose_name='overtime a month at most (hours)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='rest_day_within',
            field=models.PositiveSmallIntegerField(default=7, help_text='Labour Law 38: at least one in seven days in a row. To be checked by the site; 0 is no rule.', validators=[django.core.validators.MaxValueValidator(28)], verbose_name='a rest day in every … days'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='week_hours',
            field=models.PositiveSmallIntegerField(default=40, help_text='A5: for whom nothing else was agreed.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='contract hours a week'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='wishes_at_most',
            field=models.PositiveSmallIntegerField(default=6, help_text='A5: how many wishes each person may have for a month.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='wishes for a month at most'),
        ),
        migrations.AddField(
            model_name='historicalsite',
            name='region',
            field=models.CharField(blank=True, default='CN', help_text="Code of the country or region, for example CN with its make-up working days, HK, MO, SG. Empty: none but the site's own days.", max_length=6, validators=[desks.models.places.known_region], verbose_name='public holidays of'),
        ),
        migrations.AddField(
            model_name='site',
            name='region',
            field=models.CharField(blank=True, default='CN', help_text="Code of the country or region, for example CN with its make-up working days, HK, MO, SG. Empty: none but the site's own days.", max_length=6, validators=[desks.models.places.known_region], verbose_name='public holidays of'),
        ),
        migrations.AlterField(
            model_name='choice',
            name='purpose',
            field=models.CharField(choices=[('source', 'source of an entry'), ('department', 'handling department'), ('correction_reason', 'reason of a correction'), ('refusal_ground', 'ground for refusing a handover'), ('takeover_reason', "reason of a supervisor's takeover"), ('absence_reason', 'reason for leaving the desk for a while'), ('stock_phrase', 'stock phrase'), ('skill', 'skill of staff')], max_length=30, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='desksettings',
            name='rest_hours',
            field=models.PositiveSmallIntegerField(default=10, help_text='A13: a roster keeps it where it can; a stand-in is offered first who has rested so long, others are named with a warning.', validators=[django.core.validators.MaxValueValidator(24)], verbose_name='rest between two duties (hours)'),
        ),
        migrations.AlterField(
            model_name='historicalchoice',
            name='purpose',
            field=models.CharField(choices=[('source', 'source of an entry'), ('department', 'handling department'), ('correction_reason', 'reason of a correction'), ('refusal_ground', 'ground for refusing a handover'), ('takeover_reason', "reason of a supervisor's takeover"), ('absence_reason', 'reason for leaving the desk for a while'), ('stock_phrase', 'stock phrase'), ('skill', 'skill of staff')], max_length=30, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='historicaldesksettings',
            name='rest_hours',
            field=models.PositiveSmallIntegerField(default=10, help_text='A13: a roster keeps it where it can; a stand-in is offered first who has rested so long, others are named with a warning.', validators=[django.core.validators.MaxValueValidator(24)], verbose_name='rest between two duties (hours)'),
        ),
    ])
