"""How long after the start of a duty somebody who has not come is raised (A22)."""

from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0015_planning_settings'),
    ]

    operations = together([
        migrations.AddField(
            model_name='desksettings',
            name='no_show_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='A22: so long after the start of a duty the supervisor is told who has not come, and the person is asked; 0 never.', verbose_name='has not come after (minutes)'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='no_show_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='A22: so long after the start of a duty the supervisor is told who has not come, and the person is asked; 0 never.', verbose_name='has not come after (minutes)'),
        ),
    ])
