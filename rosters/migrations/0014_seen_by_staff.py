"""Staff acknowledge their duties of a published month, reviewers remark on cells; what they have said stays (A5, I1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

TABLES = ("rosteracknowledgement", "cellremark")
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in TABLES
)
UNDO = "".join(f"DROP TRIGGER record_refuses_change ON rosters_{table};" for table in TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('logbook', '0030_indexes_that_others_cover'),
        ('rosters', '0013_drafting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
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
        migrations.CreateModel(
            name='CellRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('site_day', models.DateField()),
                ('words', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='rosters.roster')),
            ],
            options={
                'verbose_name': 'remark on a cell',
                'verbose_name_plural': 'remarks on cells',
                'ordering': ['site_day', 'pk'],
                'indexes': [models.Index(fields=['roster', 'version'], name='cell_remark_of_version')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='cell_remark_has_words')],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ])
