"""Calendar feeds at secret addresses, and how often they are fetched (E6, I8)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

# A feed is made and revoked, and that is all: what is kept of its address never changes, and a revoked one never answers again.
RULES = """
CREATE FUNCTION calendar_feed_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'live' OR (NEW.person_id, NEW.desk_id, NEW.digest, NEW.made_at)
        IS DISTINCT FROM (OLD.person_id, OLD.desk_id, OLD.digest, OLD.made_at) THEN
        RAISE EXCEPTION 'A calendar feed is revoked once, and nothing else of it changes (I8).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER calendar_feed_stays BEFORE UPDATE OR DELETE ON rosters_calendarfeed FOR EACH ROW EXECUTE FUNCTION calendar_feed_stays();
ALTER TABLE rosters_calendarfeed ENABLE ALWAYS TRIGGER calendar_feed_stays;
"""
UNDO = "DROP TRIGGER calendar_feed_stays ON rosters_calendarfeed; DROP FUNCTION calendar_feed_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0016_who_has_not_come'),
        ('rosters', '0009_month_as_worked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(choices=[('live', 'in use'), ('revoked', 'revoked')], default='live', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('desk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to='desks.desk')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar feed',
                'verbose_name_plural': 'calendar feeds',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('times', models.PositiveIntegerField()),
                ('last_at', models.DateTimeField()),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='rosters.calendarfeed')),
            ],
            options={
                'verbose_name': 'fetches of a calendar feed',
                'verbose_name_plural': 'fetches of calendar feeds',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCalendarFeed',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('state', models.CharField(choices=[('live', 'in use'), ('revoked', 'revoked')], default='live', max_length=8)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical calendar feed',
                'verbose_name_plural': 'historical calendar feeds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('person', 'desk'), name='calendar_feed_one_in_use', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('state', 'live')), models.Q(('revoked_at__isnull', False), ('state', 'revoked')), _connector='OR'), name='calendar_feed_is_revoked_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='feedreading',
            constraint=models.UniqueConstraint(fields=('feed', 'day'), name='feed_reading_once_a_day'),
        ),
        migrations.RunSQL(RULES, UNDO),
    ])
