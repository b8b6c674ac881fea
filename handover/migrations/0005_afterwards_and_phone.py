"""What follows a handover: void findings, omissions with statement and decision, time past the relief, codes for the phone (A23, A30, C12, E7)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

HELD = """
CREATE FUNCTION handover_is_over() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM handover_handover WHERE id = NEW.handover_id AND state = 'completed') THEN
        RAISE EXCEPTION 'Only a handover that is complete is found void or incomplete afterwards (C12, E7).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER handover_is_over BEFORE INSERT ON handover_voidfinding FOR EACH ROW EXECUTE FUNCTION handover_is_over();
CREATE TRIGGER handover_is_over BEFORE INSERT ON handover_omissionreport FOR EACH ROW EXECUTE FUNCTION handover_is_over();
CREATE FUNCTION omission_statement_is_own() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.said_by_id IS DISTINCT FROM (SELECT about_id FROM handover_omissionreport WHERE id = NEW.report_id) THEN
        RAISE EXCEPTION 'Each speaks for themselves (C12).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER omission_statement_is_own BEFORE INSERT ON handover_omissionstatement
    FOR EACH ROW EXECUTE FUNCTION omission_statement_is_own();
ALTER TABLE handover_voidfinding ENABLE ALWAYS TRIGGER handover_is_over;
ALTER TABLE handover_omissionreport ENABLE ALWAYS TRIGGER handover_is_over;
ALTER TABLE handover_omissionstatement ENABLE ALWAYS TRIGGER omission_statement_is_own;
"""
KEPT = [
    "voidfinding", "omissionreport", "omissionstatement", "omissiondecision", "overtime", "releasecompletion", "phoneticket",
    "phonestep",
]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON handover_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE handover_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in KEPT
)
UNDO = (
    "".join(f"DROP TRIGGER record_refuses_change ON handover_{table};" for table in KEPT)
    + "DROP TRIGGER omission_statement_is_own ON handover_omissionstatement; DROP FUNCTION omission_statement_is_own();"
    + "DROP TRIGGER handover_is_over ON handover_omissionreport; DROP TRIGGER handover_is_over ON handover_voidfinding;"
    + "DROP FUNCTION handover_is_over();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0013_signing_and_stopping'),
        ('handover', '0004_counted_twice_and_answered'),
        ('logbook', '0026_search_reaches_further'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AddField(
            model_name='refusal',
            name='by_when',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='refusal',
            name='note',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AlterField(
            model_name='signature',
            name='method',
            field=models.CharField(choices=[('pin', 'PIN'), ('password', 'password'), ('phone', 'own phone')], max_length=10),
        ),
        migrations.CreateModel(
            name='OmissionReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField()),
                ('reported_at', models.DateTimeField()),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desks.desk')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='omissions', to='handover.handover')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'report of an omission',
                'verbose_name_plural': 'reports of omissions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='OmissionDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('left_out', 'something was left out'), ('not_left_out', 'nothing was left out'), ('unclear', 'cannot be told any more')], max_length=14)),
                ('reason', models.TextField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='handover.omissionreport')),
            ],
            options={
                'verbose_name': 'decision about an omission',
                'verbose_name_plural': 'decisions about omissions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OmissionStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('said_at', models.DateTimeField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='statement', to='handover.omissionreport')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'statement about an omission',
                'verbose_name_plural': 'statements about omissions',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Overtime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('relief', 'the relief came later than its duty'), ('refusal', 'a refusal had to be decided')], max_length=8)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('minutes', models.PositiveIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('watch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='overtime', to='logbook.watch')),
            ],
            options={
                'verbose_name': 'time past the relief',
                'verbose_name_plural': 'times past the relief',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PhoneTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phone_tickets', to='handover.handover')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'code for a signature on the phone',
                'verbose_name_plural': 'codes for signatures on the phone',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PhoneStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', 'opened'), ('signed', 'signed')], max_length=10)),
                ('at', models.DateTimeField()),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='handover.phoneticket')),
            ],
            options={
                'verbose_name': 'use of a code for the phone',
                'verbose_name_plural': 'uses of codes for the phone',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReleaseCompletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('completed_at', models.DateTimeField()),
                ('completed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='completion', to='handover.release')),
            ],
            options={
                'verbose_name': 'completion of a release',
                'verbose_name_plural': 'completions of releases',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='VoidFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('consequence', models.TextField()),
                ('found_at', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('found_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handover', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='void_finding', to='handover.handover')),
            ],
            options={
                'verbose_name': 'finding that a handover is void',
                'verbose_name_plural': 'findings that a handover is void',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='omissionreport',
            index=models.Index(fields=['desk', '-reported_at'], name='handover_om_desk_id_767eec_idx'),
        ),
        migrations.AddConstraint(
            model_name='omissionreport',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='omission_says_what'),
        ),
        migrations.AddConstraint(
            model_name='omissiondecision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='omission_decision_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='omissionstatement',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='omission_statement_has_words'),
        ),
        migrations.AddConstraint(
            model_name='overtime',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since')), ('minutes__gt', 0)), name='overtime_is_a_time'),
        ),
        migrations.AddConstraint(
            model_name='phoneticket',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='phone_ticket_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='phonestep',
            constraint=models.UniqueConstraint(fields=('ticket', 'kind'), name='phone_step_once'),
        ),
        migrations.AddConstraint(
            model_name='releasecompletion',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='release_completion_has_words'),
        ),
        migrations.AddConstraint(
            model_name='voidfinding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('consequence', ''), _negated=True)), name='void_finding_has_reason_and_consequence'),
        ),
        migrations.RunSQL(HELD + GUARD, UNDO),
    ])
