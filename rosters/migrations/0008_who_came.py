"""Check-ins, and the cases of who did not come or came late: facts, statement, outcome (A22, A24)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

# Who checks in has the duty; who is asked has it too, and speaks for themselves.
RULES = """
CREATE FUNCTION presence_is_of_the_duty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rosters_duty WHERE id = NEW.duty_id AND taken_out_by_id IS NULL
        AND person_id = CASE TG_TABLE_NAME WHEN 'rosters_checkin' THEN (to_jsonb(NEW)->>'person_id')::bigint
            ELSE (to_jsonb(NEW)->>'about_id')::bigint END
        AND (TG_TABLE_NAME = 'rosters_checkin' OR desk_id = (to_jsonb(NEW)->>'desk_id')::bigint)) THEN
        RAISE EXCEPTION 'Presence is about a duty in force of that person and desk (A22).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER presence_is_of_the_duty BEFORE INSERT ON rosters_checkin FOR EACH ROW EXECUTE FUNCTION presence_is_of_the_duty();
CREATE TRIGGER presence_is_of_the_duty BEFORE INSERT ON rosters_presencecase FOR EACH ROW EXECUTE FUNCTION presence_is_of_the_duty();
CREATE FUNCTION presence_statement_is_own() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.said_by_id IS DISTINCT FROM (SELECT about_id FROM rosters_presencecase WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'Each speaks for themselves (A22).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER presence_statement_is_own BEFORE INSERT ON rosters_presencestatement
    FOR EACH ROW EXECUTE FUNCTION presence_statement_is_own();
CREATE FUNCTION presence_is_settled_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.settled_by_id = (SELECT about_id FROM rosters_presencecase WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'Nobody settles a case about themselves (A22).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER presence_is_settled_by_another BEFORE INSERT ON rosters_presenceoutcome
    FOR EACH ROW EXECUTE FUNCTION presence_is_settled_by_another();
ALTER TABLE rosters_checkin ENABLE ALWAYS TRIGGER presence_is_of_the_duty;
ALTER TABLE rosters_presencecase ENABLE ALWAYS TRIGGER presence_is_of_the_duty;
ALTER TABLE rosters_presencestatement ENABLE ALWAYS TRIGGER presence_statement_is_own;
ALTER TABLE rosters_presenceoutcome ENABLE ALWAYS TRIGGER presence_is_settled_by_another;
"""
KEPT = ["checkin", "presencecase", "presencestatement", "presenceoutcome"]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in KEPT
)
UNDO = (
    "".join(f"DROP TRIGGER record_refuses_change ON rosters_{table};" for table in KEPT)
    + "DROP TRIGGER presence_is_settled_by_another ON rosters_presenceoutcome; DROP FUNCTION presence_is_settled_by_another();"
    + "DROP TRIGGER presence_statement_is_own ON rosters_presencestatement; DROP FUNCTION presence_statement_is_own();"
    + "DROP TRIGGER presence_is_of_the_duty ON rosters_presencecase; DROP TRIGGER presence_is_of_the_duty ON rosters_checkin;"
    + "DROP FUNCTION presence_is_of_the_duty();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0016_who_has_not_come'),
        ('logbook', '0029_lists_of_sites_in_the_background'),
        ('rosters', '0007_wishes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('duty', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='check_in', to='rosters.duty')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'check-in',
                'verbose_name_plural': 'check-ins',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PresenceCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('no_show', 'did not come'), ('late', 'came late')], max_length=12)),
                ('raised_at', models.DateTimeField()),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presence_cases', to=settings.AUTH_USER_MODEL)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presence_cases', to='desks.desk')),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presence_cases', to='rosters.duty')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('raised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'case of presence',
                'verbose_name_plural': 'cases of presence',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PresenceOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('none', 'no consequence'), ('reminder', 'a reminder'), ('training', 'training'), ('site_rules', "dealt with under the site's rules")], max_length=12)),
                ('special_reason', models.BooleanField()),
                ('reason', models.TextField()),
                ('settled_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='rosters.presencecase')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('settled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'outcome of a case of presence',
                'verbose_name_plural': 'outcomes of cases of presence',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PresenceStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('said_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='statement', to='rosters.presencecase')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'statement about presence',
                'verbose_name_plural': 'statements about presence',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='presencecase',
            index=models.Index(fields=['desk', '-raised_at'], name='rosters_pre_desk_id_ecf015_idx'),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.UniqueConstraint(fields=('duty',), name='presence_case_once_for_a_duty'),
        ),
        migrations.AddConstraint(
            model_name='presencecase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'no_show'), ('raised_by__isnull', True)), models.Q(('kind', 'late'), ('raised_by__isnull', False)), _connector='OR'), name='presence_case_says_who_raised_it'),
        ),
        migrations.AddConstraint(
            model_name='presenceoutcome',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='presence_outcome_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='presenceoutcome',
            constraint=models.CheckConstraint(condition=models.Q(('special_reason', False), ('outcome', 'none'), _connector='OR'), name='presence_special_reason_has_no_consequence'),
        ),
        migrations.AddConstraint(
            model_name='presencestatement',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='presence_statement_has_words'),
        ),
        migrations.RunSQL(RULES + GUARD, UNDO),
    ])
