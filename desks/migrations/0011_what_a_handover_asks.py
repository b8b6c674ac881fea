"""What a desk asks of its handovers: reminder, saying back, face to face, higher risk, steps of its own (A24–A26, A30)."""

import django.core.validators
from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0010_desks_stay'),
    ]

    operations = together([
        migrations.AddField(
            model_name='checklistitem',
            name='needs_photo',
            field=models.BooleanField(default=False, help_text='Of a step of a handover: it is done when a photo shows it.', verbose_name='needs a photo'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='away_days',
            field=models.PositiveSmallIntegerField(default=14, help_text='A25: the incoming has not been of a watch here for longer than this.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='of higher risk after days away'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='critical_if_then',
            field=models.BooleanField(default=False, help_text='A26: what is done if the next step does not work out.', verbose_name='critical matters say “if … then …”'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='handover_reminder_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text="A24: both people are reminded so long before the relief's duty begins; 0 never.", verbose_name='remind of the change of shift before (minutes)'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='read_back',
            field=models.CharField(choices=[('critical', 'critical ones'), ('all', 'all that are told alone'), ('none', 'none')], default='critical', help_text='A30: the incoming says what they will do next, the outgoing ticks that it is right.', max_length=10, verbose_name='matters that the incoming says back'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='read_back_typed',
            field=models.BooleanField(default=False, help_text='A30: else it is enough to say it.', verbose_name='said back in writing'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='risk_needs_consent',
            field=models.BooleanField(default=False, help_text='A26: else it is marked, and asks for more, and is not blocked.', verbose_name='a handover of higher risk waits for the supervisor'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='together_needed',
            field=models.BooleanField(default=False, help_text='C8, E7: a handover is gone through together, or not signed.', verbose_name='face to face only'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='needs_photo',
            field=models.BooleanField(default=False, help_text='Of a step of a handover: it is done when a photo shows it.', verbose_name='needs a photo'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='away_days',
            field=models.PositiveSmallIntegerField(default=14, help_text='A25: the incoming has not been of a watch here for longer than this.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='of higher risk after days away'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='critical_if_then',
            field=models.BooleanField(default=False, help_text='A26: what is done if the next step does not work out.', verbose_name='critical matters say “if … then …”'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='handover_reminder_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text="A24: both people are reminded so long before the relief's duty begins; 0 never.", verbose_name='remind of the change of shift before (minutes)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='read_back',
            field=models.CharField(choices=[('critical', 'critical ones'), ('all', 'all that are told alone'), ('none', 'none')], default='critical', help_text='A30: the incoming says what they will do next, the outgoing ticks that it is right.', max_length=10, verbose_name='matters that the incoming says back'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='read_back_typed',
            field=models.BooleanField(default=False, help_text='A30: else it is enough to say it.', verbose_name='said back in writing'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='risk_needs_consent',
            field=models.BooleanField(default=False, help_text='A26: else it is marked, and asks for more, and is not blocked.', verbose_name='a handover of higher risk waits for the supervisor'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='together_needed',
            field=models.BooleanField(default=False, help_text='C8, E7: a handover is gone through together, or not signed.', verbose_name='face to face only'),
        ),
        migrations.AlterField(
            model_name='checklisttemplate',
            name='purpose',
            field=models.CharField(choices=[('environment', 'environment check'), ('inspection', 'inspection'), ('handover', 'steps of a handover')], max_length=20, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='historicalchecklisttemplate',
            name='purpose',
            field=models.CharField(choices=[('environment', 'environment check'), ('inspection', 'inspection'), ('handover', 'steps of a handover')], max_length=20, verbose_name='purpose'),
        ),
    ])
