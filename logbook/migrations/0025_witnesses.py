"""Witnesses of checkpoints outside this program, and each time one was sent to them (A18, I2, docs/record.md); lists of several desks (A20)."""

import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_sending
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_sending ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION witness_only_ends() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A witness ends and is never taken away (A18).';
    END IF;
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR (OLD.site_id, OLD.name, OLD.address, OLD.since_at) IS DISTINCT FROM
       (NEW.site_id, NEW.name, NEW.address, NEW.since_at) THEN
        RAISE EXCEPTION 'A witness stays as it was named, and ends once (A18).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER witness_only_ends BEFORE UPDATE OR DELETE ON logbook_witness FOR EACH ROW EXECUTE FUNCTION witness_only_ends();
ALTER TABLE logbook_witness ENABLE ALWAYS TRIGGER witness_only_ends;

CREATE FUNCTION sending_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.outcome <> 'begun' THEN
        IF NOT EXISTS (SELECT FROM logbook_sending WHERE checkpoint_id = NEW.checkpoint_id AND witness_id = NEW.witness_id
                       AND attempt = NEW.attempt AND outcome = 'begun') THEN
            RAISE EXCEPTION 'Nothing comes of a sending that has not begun (A18).';
        END IF;
        RETURN NEW;
    END IF;
    -- What has gone, or may have gone, is not sent again (I7).
    IF NEW.attempt > 1 AND NOT EXISTS (SELECT FROM logbook_sending WHERE checkpoint_id = NEW.checkpoint_id
                   AND witness_id = NEW.witness_id AND attempt = NEW.attempt - 1 AND outcome = 'failed') THEN
        RAISE EXCEPTION 'A checkpoint is sent again only where the attempt before has failed (I7).';
    END IF;
    -- The row's lock: a witness that is being ended gets nothing more.
    PERFORM FROM logbook_witness AS witness JOIN logbook_book AS book ON book.site_id = witness.site_id
        JOIN logbook_checkpoint AS checkpoint ON checkpoint.book_id = book.id
        WHERE witness.id = NEW.witness_id AND checkpoint.id = NEW.checkpoint_id AND witness.ended_at IS NULL FOR SHARE OF witness;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A checkpoint goes to a witness of its own site that has not ended (I8).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sending_follows BEFORE INSERT ON logbook_sending FOR EACH ROW EXECUTE FUNCTION sending_follows();
ALTER TABLE logbook_sending ENABLE ALWAYS TRIGGER sending_follows;
"""
UNDO = """
DROP TRIGGER sending_follows ON logbook_sending; DROP FUNCTION sending_follows();
DROP TRIGGER witness_only_ends ON logbook_witness; DROP FUNCTION witness_only_ends();
DROP TRIGGER record_refuses_change ON logbook_sending;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0008_follow_up_settings'),
        ('logbook', '0024_site_books_are_read'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.AddField(
            model_name='exportjob',
            name='shares',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='HistoricalWitness',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(help_text='Who it is, in words: the owners’ committee, an auditor, a notary.', max_length=100, verbose_name='name')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('since_at', models.DateTimeField(verbose_name='since')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical witness of checkpoints',
                'verbose_name_plural': 'historical witnesses of checkpoints',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('outcome', models.CharField(choices=[('begun', 'being sent'), ('sent', 'sent'), ('filed', 'written to a file, not sent'), ('failed', 'failed'), ('unknown', 'perhaps sent')], max_length=10)),
                ('at', models.DateTimeField()),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'sending of a checkpoint',
                'verbose_name_plural': 'sendings of checkpoints',
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Who it is, in words: the owners’ committee, an auditor, a notary.', max_length=100, verbose_name='name')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('since_at', models.DateTimeField(verbose_name='since')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'witness of checkpoints',
                'verbose_name_plural': 'witnesses of checkpoints',
                'ordering': ['site', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='checkpoint',
            index=models.Index(fields=['made_at'], name='checkpoint_by_moment'),
        ),
        migrations.AddField(
            model_name='historicalwitness',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalwitness',
            name='site',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.site', verbose_name='site'),
        ),
        migrations.AddField(
            model_name='sending',
            name='checkpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='logbook.checkpoint'),
        ),
        migrations.AddField(
            model_name='witness',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='witnesses', to='desks.site', verbose_name='site'),
        ),
        migrations.AddField(
            model_name='sending',
            name='witness',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='logbook.witness'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.UniqueConstraint(models.F('site'), django.db.models.functions.text.Lower('address'), condition=models.Q(('ended_at__isnull', True)), name='witness_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '^[^[:space:]@]+@[^[:space:]@]+$')), name='witness_has_an_address'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('since_at')), _connector='OR'), name='witness_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'begun')), fields=('checkpoint', 'witness', 'attempt'), name='sending_begins_once'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'begun'), _negated=True), fields=('checkpoint', 'witness', 'attempt'), name='sending_has_one_answer'),
        ),
        migrations.AddConstraint(
            model_name='sending',
            constraint=models.CheckConstraint(condition=models.Q(('attempt__gte', 1)), name='sending_counts_from_one'),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ])
