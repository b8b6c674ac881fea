"""Why a version of a roster stands although it breaks what was agreed; over how many months working time is counted (A5, I1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

GUARD = """CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_rosterexception
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_rosterexception ENABLE ALWAYS TRIGGER record_refuses_change;
"""
UNDO = "DROP TRIGGER record_refuses_change ON rosters_rosterexception;"


class Migration(migrations.Migration):

    dependencies = [
        ('rosters', '0016_papers_of_leave'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='RosterException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=500)),
                ('breaches', models.JSONField()),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='rosters.roster')),
            ],
            options={
                'verbose_name': 'exception of a roster',
                'verbose_name_plural': 'exceptions of rosters',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['roster', 'version'], name='roster_exception_of_version')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='roster_exception_has_a_reason'), models.CheckConstraint(condition=models.Q(('breaches', []), _negated=True), name='roster_exception_is_of_something')],
            },
        ),
        migrations.AddField(
            model_name='historicalstaffterms',
            name='period_months',
            field=models.PositiveSmallIntegerField(choices=[(1, 'a month'), (3, 'a quarter'), (12, 'a year')], default=1, verbose_name='counted over'),
        ),
        migrations.AddField(
            model_name='staffterms',
            name='period_months',
            field=models.PositiveSmallIntegerField(choices=[(1, 'a month'), (3, 'a quarter'), (12, 'a year')], default=1, verbose_name='counted over'),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ])
