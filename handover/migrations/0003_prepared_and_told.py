"""Prepared during the watch, told with who and by when, said back, read; steps of the desk's own (A25, A26, A30, I4)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

# A content of this release has lines that the first form does not know; what was signed before keeps its text.
SIGNATURE = """
CREATE OR REPLACE FUNCTION signature_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    row handover_handover;
BEGIN
    SELECT * INTO row FROM handover_handover WHERE id = NEW.handover_id FOR SHARE;
    IF row.state NOT IN ('preparing', 'signed_out') THEN
        RAISE EXCEPTION 'This handover is not open for signing (I4).';
    END IF;
    IF NEW.person_id IS DISTINCT FROM (CASE NEW.role WHEN 'outgoing' THEN row.outgoing_id ELSE row.incoming_id END) THEN
        RAISE EXCEPTION 'Each signs for themselves (A29).';
    END IF;
    IF (row.mode, NEW.role, NEW.meaning) NOT IN (('face', 'outgoing', 'hands_over'), ('face', 'incoming', 'takes_over'),
        ('closing', 'outgoing', 'closes'), ('opening', 'incoming', 'opens')) THEN
        RAISE EXCEPTION 'This signature does not fit the kind of handover (A29).';
    END IF;
    IF NEW.digest <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')
       OR split_part(NEW.content, E'\\n', 1) <> 'duty-desk-handover/%s'
       OR split_part(NEW.content, E'\\n', 3) <> 'handover ' || row.ref::text THEN
        RAISE EXCEPTION 'A signature stands over the content of its own handover (I4).';
    END IF;
    RETURN NEW;
END $$;
"""
LINES = """
CREATE TRIGGER handover_lines_stay BEFORE INSERT OR UPDATE OR DELETE ON handover_handoverstep
    FOR EACH ROW EXECUTE FUNCTION handover_lines_stay();
ALTER TABLE handover_handoverstep ENABLE ALWAYS TRIGGER handover_lines_stay;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON handover_handoverreading
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE handover_handoverreading ENABLE ALWAYS TRIGGER record_refuses_change;
"""
UNDO_LINES = """
DROP TRIGGER record_refuses_change ON handover_handoverreading;
DROP TRIGGER handover_lines_stay ON handover_handoverstep;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0011_what_a_handover_asks'),
        ('handover', '0002_handovers_stay'),
        ('logbook', '0026_search_reaches_further'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='HandoverReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'entry read at a handover',
                'verbose_name_plural': 'entries read at a handover',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HandoverStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'own step of a handover',
                'verbose_name_plural': 'own steps of a handover',
                'ordering': ['item__position', 'item__code'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalHandoverStep',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('done_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical own step of a handover',
                'verbose_name_plural': 'historical own steps of a handover',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name='handover',
            name='handover_people_fit_the_mode',
        ),
        migrations.RemoveConstraint(
            model_name='handoverquestion',
            name='handover_question_answered_by_somebody',
        ),
        migrations.AddField(
            model_name='handover',
            name='apart_because',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='handover',
            name='risk_agreed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='handover',
            name='risk_agreed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='risks',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='handover',
            name='summary',
            field=models.TextField(blank=True, verbose_name='summary'),
        ),
        migrations.AddField(
            model_name='handover',
            name='summary_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='handover',
            name='together',
            field=models.CharField(blank=True, choices=[('yes', 'gone through together, face to face'), ('no', 'not gone through together')], max_length=3),
        ),
        migrations.AddField(
            model_name='handover',
            name='together_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='handovermatter',
            name='by_when',
            field=models.DateTimeField(null=True, verbose_name='by when'),
        ),
        migrations.AddField(
            model_name='handovermatter',
            name='heard_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='handovermatter',
            name='heard_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handovermatter',
            name='if_then',
            field=models.CharField(blank=True, max_length=300, verbose_name='if … then …'),
        ),
        migrations.AddField(
            model_name='handovermatter',
            name='owner',
            field=models.CharField(blank=True, max_length=120, verbose_name='who does it'),
        ),
        migrations.AddField(
            model_name='handoverquestion',
            name='answer_entry',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='handoverquestion',
            name='entry',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='apart_because',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='risk_agreed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='risk_agreed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='risks',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='summary',
            field=models.TextField(blank=True, verbose_name='summary'),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='summary_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='together',
            field=models.CharField(blank=True, choices=[('yes', 'gone through together, face to face'), ('no', 'not gone through together')], max_length=3),
        ),
        migrations.AddField(
            model_name='historicalhandover',
            name='together_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='historicalhandovermatter',
            name='by_when',
            field=models.DateTimeField(null=True, verbose_name='by when'),
        ),
        migrations.AddField(
            model_name='historicalhandovermatter',
            name='heard_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='historicalhandovermatter',
            name='heard_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalhandovermatter',
            name='if_then',
            field=models.CharField(blank=True, max_length=300, verbose_name='if … then …'),
        ),
        migrations.AddField(
            model_name='historicalhandovermatter',
            name='owner',
            field=models.CharField(blank=True, max_length=120, verbose_name='who does it'),
        ),
        migrations.AddField(
            model_name='historicalhandoverquestion',
            name='answer_entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='historicalhandoverquestion',
            name='entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry'),
        ),
        migrations.AlterField(
            model_name='handoverquestion',
            name='question',
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AlterField(
            model_name='historicalhandoverquestion',
            name='question',
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mode', 'face'), ('outgoing__isnull', False)), models.Q(('incoming__isnull', True), ('mode', 'closing'), ('outgoing__isnull', False)), models.Q(('incoming__isnull', False), ('mode', 'opening')), _connector='OR'), name='handover_people_fit_the_mode'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('incoming__isnull', True), ('mode', 'face'), _negated=True), ('state__in', ['preparing', 'suspended', 'cancelled']), _connector='OR'), name='handover_somebody_takes_over'),
        ),
        migrations.AddConstraint(
            model_name='handovermatter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('heard_at__isnull', True), ('heard_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('heard_at__isnull', False), ('heard_by__isnull', False)), _connector='OR'), name='handover_matter_heard_after_it_was_said_back'),
        ),
        migrations.AddConstraint(
            model_name='handoverquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answer_entry__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_by__isnull', False), models.Q(models.Q(('answer', ''), _negated=True), ('answer_entry__isnull', False), _connector='OR')), _connector='OR'), name='handover_question_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='handoverquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question', ''), _negated=True), ('entry__isnull', False), _connector='OR'), name='handover_question_has_words'),
        ),
        migrations.AddField(
            model_name='handoverreading',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='handoverreading',
            name='handover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='handover.handover'),
        ),
        migrations.AddField(
            model_name='handoverreading',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoverstep',
            name='done_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoverstep',
            name='entry',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='handoverstep',
            name='handover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='handover.handover'),
        ),
        migrations.AddField(
            model_name='handoverstep',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desks.checklistitem'),
        ),
        migrations.AddField(
            model_name='historicalhandoverstep',
            name='done_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalhandoverstep',
            name='entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='historicalhandoverstep',
            name='handover',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='handover.handover'),
        ),
        migrations.AddField(
            model_name='historicalhandoverstep',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalhandoverstep',
            name='item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.checklistitem'),
        ),
        migrations.AddConstraint(
            model_name='handoverreading',
            constraint=models.UniqueConstraint(fields=('handover', 'entry', 'person'), name='handover_entry_read_once'),
        ),
        migrations.AddConstraint(
            model_name='handoverstep',
            constraint=models.UniqueConstraint(fields=('handover', 'item'), name='handover_step_once'),
        ),
        migrations.AddConstraint(
            model_name='handoverstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='handover_step_done_by_somebody'),
        ),
        migrations.RunSQL(LINES, UNDO_LINES),
        migrations.RunSQL(SIGNATURE % "2", SIGNATURE % "1"),
    ])
