"""What an opening finds otherwise than the closing left it is a finding too (A28, A33)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from desks.together import together

THING = {'on_delete': django.db.models.deletion.PROTECT, 'null': True, 'related_name': 'finding'}
PAST = {'blank': True, 'db_constraint': False, 'null': True, 'on_delete': django.db.models.deletion.DO_NOTHING, 'related_name': '+'}


class Migration(migrations.Migration):

    dependencies = [
        ('handover', '0006_watches_by_moment'),
        ('inspections', '0001_initial'),
        ('registers', '0005_another_time'),
    ]

    operations = together([
        migrations.AlterField('finding', 'result', models.OneToOneField(to='inspections.inspectionresult', **THING)),
        migrations.AddField('finding', 'opening', models.ForeignKey(to='handover.handover', **{**THING, 'related_name': 'findings'})),
        migrations.AddField('finding', 'counted', models.OneToOneField(to='registers.custodycount', **THING)),
        migrations.AddField('finding', 'checked', models.OneToOneField(to='handover.handovercheckline', **THING)),
        migrations.AddField('historicalfinding', 'opening', models.ForeignKey(to='handover.handover', **PAST)),
        migrations.AddField('historicalfinding', 'counted', models.ForeignKey(to='registers.custodycount', **PAST)),
        migrations.AddField('historicalfinding', 'checked', models.ForeignKey(to='handover.handovercheckline', **PAST)),
        migrations.AddConstraint(
            'finding',
            models.CheckConstraint(
                condition=Q(result__isnull=False, opening__isnull=True, counted__isnull=True, checked__isnull=True)
                | Q(result__isnull=True, opening__isnull=False, counted__isnull=False, checked__isnull=True)
                | Q(result__isnull=True, opening__isnull=False, counted__isnull=True, checked__isnull=False),
                name='finding_is_of_one_thing',
            ),
        ),
    ])
