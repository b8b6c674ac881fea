"""Cases of an unattended desk: a time of the desk instead of a duty; who leaves may say that nobody stays (A10, B1.13)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

BEGIN = """CREATE OR REPLACE FUNCTION presence_is_of_the_duty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
"""
OF_A_DUTY = """    IF NOT EXISTS (SELECT FROM rosters_duty WHERE id = NEW.duty_id AND taken_out_by_id IS NULL
        AND person_id = CASE TG_TABLE_NAME WHEN 'rosters_checkin' THEN (to_jsonb(NEW)->>'person_id')::bigint
            ELSE (to_jsonb(NEW)->>'about_id')::bigint END
        AND (TG_TABLE_NAME = 'rosters_checkin' OR desk_id = (to_jsonb(NEW)->>'desk_id')::bigint)) THEN
        RAISE EXCEPTION 'Presence is about a duty in force of that person and desk (A22).';
    END IF;
    RETURN NEW;
END $$;
"""
# An unattended desk is a time of the desk: who left it was there before, and who answers is that person or one on duty then.
OF_A_TIME = """    IF TG_TABLE_NAME = 'rosters_presencecase' AND NEW.duty_id IS NULL THEN
        IF NOT EXISTS (SELECT FROM logbook_watchmember AS m JOIN logbook_watch AS w ON w.id = m.watch_id
            WHERE w.desk_id = (to_jsonb(NEW)->>'desk_id')::bigint AND m.person_id = (to_jsonb(NEW)->>'left_by_id')::bigint
            AND m.joined_at < (to_jsonb(NEW)->>'since')::timestamptz) AND NOT EXISTS (
            SELECT FROM rosters_checkin AS c JOIN rosters_duty AS d ON d.id = c.duty_id
            WHERE d.desk_id = (to_jsonb(NEW)->>'desk_id')::bigint AND c.person_id = (to_jsonb(NEW)->>'left_by_id')::bigint
            AND c.at < (to_jsonb(NEW)->>'since')::timestamptz) THEN
            RAISE EXCEPTION 'Only who was at the desk before has left it (B1.13).';
        END IF;
        IF (to_jsonb(NEW)->>'about_id') <> (to_jsonb(NEW)->>'left_by_id') AND NOT EXISTS (SELECT FROM rosters_duty
            WHERE desk_id = (to_jsonb(NEW)->>'desk_id')::bigint AND person_id = (to_jsonb(NEW)->>'about_id')::bigint
            AND taken_out_by_id IS NULL AND starts_at <= (to_jsonb(NEW)->>'since')::timestamptz
            AND ends_at > (to_jsonb(NEW)->>'since')::timestamptz) THEN
            RAISE EXCEPTION 'Only who left the desk or had a duty there then answers for it (B1.13).';
        END IF;
        RETURN NEW;
    END IF;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0018_unattended_desk'),
        ('logbook', '0030_indexes_that_others_cover'),
        ('rosters', '0014_seen_by_staff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.RemoveConstraint(
            model_name='absence',
            name='absence_without_cover_is_of_an_emergency',
        ),
        migrations.RemoveConstraint(
            model_name='presencecase',
            name='presence_case_says_who_raised_it',
        ),
        migrations.AddField(
            model_name='presencecase',
            name='because',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='presencecase',
            name='left_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presencecase',
            name='since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='presencecase',
            name='duty',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='presence_cases', to='rosters.duty'),
        ),
        migrations.AlterField(
            model_name='presencecase',
            name='kind',
            field=models.CharField(choices=[('no_show', 'did not come'), ('late', 'came late'), ('unattended', 'left the desk unattended')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.UniqueConstraint(fields=('desk', 'since', 'about'), name='presence_case_once_for_a_person_and_time'),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.UniqueConstraint(condition=models.Q(('raised_by__isnull', True)), fields=('desk', 'since'), name='presence_case_unattended_raised_once'),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'no_show'), ('raised_by__isnull', True)), models.Q(('kind', 'late'), ('raised_by__isnull', False)), ('kind', 'unattended'), _connector='OR'), name='presence_case_says_who_raised_it'),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duty__isnull', True), ('kind', 'unattended'), ('left_by__isnull', False), ('since__isnull', False)), models.Q(models.Q(('kind', 'unattended'), _negated=True), ('because', ''), ('duty__isnull', False), ('left_by__isnull', True), ('since__isnull', True)), _connector='OR'), name='presence_case_is_of_a_duty_or_a_time'),
        ),
        migrations.RunSQL(BEGIN + OF_A_TIME + OF_A_DUTY, BEGIN + OF_A_DUTY),
    ])
