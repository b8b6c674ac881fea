"""Settings of the unattended desk: whose absence makes it one, who answers, what the rule says it costs (B1.13, B2.6)."""

from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0017_changing_duties'),
    ]

    operations = together([
        migrations.AddField(
            model_name='desksettings',
            name='attended_by',
            field=models.JSONField(blank=True, default=list, help_text='B1.13: somebody of one of these roles is at the desk, else it counts as unattended; none: anybody of the watch will do.', verbose_name='roles without whom the desk is unattended'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='unattended_amount',
            field=models.CharField(blank=True, help_text="B2.6: printed as the rule's words on the sheet of a case, and nowhere else; nothing of it goes to payroll.", max_length=40, verbose_name='what the rule says an unattended desk costs'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='unattended_answer',
            field=models.CharField(choices=[('who_left', 'who left it last'), ('second_shift', 'the second shift, where a visitor or meal of the first causes it')], default='who_left', help_text='B1.13: whom the rule proposes; the person is heard, and the supervisor decides.', max_length=12, verbose_name='who answers for an unattended desk'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='attended_by',
            field=models.JSONField(blank=True, default=list, help_text='B1.13: somebody of one of these roles is at the desk, else it counts as unattended; none: anybody of the watch will do.', verbose_name='roles without whom the desk is unattended'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='unattended_amount',
            field=models.CharField(blank=True, help_text="B2.6: printed as the rule's words on the sheet of a case, and nowhere else; nothing of it goes to payroll.", max_length=40, verbose_name='what the rule says an unattended desk costs'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='unattended_answer',
            field=models.CharField(choices=[('who_left', 'who left it last'), ('second_shift', 'the second shift, where a visitor or meal of the first causes it')], default='who_left', help_text='B1.13: whom the rule proposes; the person is heard, and the supervisor decides.', max_length=12, verbose_name='who answers for an unattended desk'),
        ),
    ])
