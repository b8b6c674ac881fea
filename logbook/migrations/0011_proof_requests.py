"""Proofs for outsiders: what was asked never changes, a decision stands (A20, I1)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

STAYS = """
CREATE FUNCTION proof_request_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'asked' OR (NEW.entry_id, NEW.recipient, NEW.purpose, NEW.shown, NEW.asked_by_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.entry_id, OLD.recipient, OLD.purpose, OLD.shown, OLD.asked_by_id, OLD.asked_at) THEN
        RAISE EXCEPTION 'What was asked for never changes, and a decision stands (A20).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proof_request_stays BEFORE UPDATE OR DELETE ON logbook_proofrequest
    FOR EACH ROW EXECUTE FUNCTION proof_request_stays();
ALTER TABLE logbook_proofrequest ENABLE ALWAYS TRIGGER proof_request_stays;
"""
UNDO = "DROP TRIGGER proof_request_stays ON logbook_proofrequest; DROP FUNCTION proof_request_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('logbook', '0010_verifications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='HistoricalProofRequest',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'waits for the project head'), ('approved', 'approved'), ('refused', 'refused')], default='asked', max_length=10)),
                ('recipient', models.CharField(max_length=120)),
                ('purpose', models.CharField(max_length=200)),
                ('shown', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('refused_because', models.CharField(blank=True, max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checkpoint', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.checkpoint')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical request for a proof',
                'verbose_name_plural': 'historical requests for proofs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ProofRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'waits for the project head'), ('approved', 'approved'), ('refused', 'refused')], default='asked', max_length=10)),
                ('recipient', models.CharField(max_length=120)),
                ('purpose', models.CharField(max_length=200)),
                ('shown', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('refused_because', models.CharField(blank=True, max_length=200)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checkpoint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.checkpoint')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proof_requests', to='logbook.entry')),
            ],
            options={
                'verbose_name': 'request for a proof',
                'verbose_name_plural': 'requests for proofs',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('checkpoint__isnull', True), ('decided_by__isnull', True), ('state', 'asked')), models.Q(('checkpoint__isnull', False), ('decided_by__isnull', False), ('state', 'approved')), models.Q(('checkpoint__isnull', True), ('decided_by__isnull', False), ('state', 'refused'), models.Q(('refused_because', ''), _negated=True)), _connector='OR'), name='proof_request_is_decided_whole')],
            },
        ),
        migrations.RunSQL(STAYS, UNDO),
    ])
