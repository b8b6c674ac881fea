"""Staff acknowledge their duties of a published month; what they have said stays (A5, I1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_rosteracknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_rosteracknowledgement ENABLE ALWAYS TRIGGER record_refuses_change;
"""
UNDO = "DROP TRIGGER record_refuses_change ON rosters_rosteracknowledgement;"


class Migration(migrations.Migration):

    dependencies = [
        ('logbook', '0030_indexes_that_others_cover'),
        ('rosters', '0013_drafting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RosterAcknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rosters.dutychange')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='rosters.roster')),
            ],
            options={
                'verbose_name': 'acknowledgement of a roster',
                'verbose_name_plural': 'acknowledgements of rosters',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('roster', 'person', 'change'), name='roster_acknowledged_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
