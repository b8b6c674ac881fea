"""What goes out of the desk's custody and comes back (A28, B1.9)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from desks.together import together

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON registers_custodymovement
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE registers_custodymovement ENABLE ALWAYS TRIGGER record_refuses_change;

CREATE FUNCTION custody_issue_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'out' OR NEW."left" > OLD."left"
       OR (NEW.desk_id, NEW.item_id, NEW.item_code, NEW.piece, NEW.amount, NEW.taken_by, NEW.issued_by_id, NEW.issued_at, NEW.entry_id)
          IS DISTINCT FROM
          (OLD.desk_id, OLD.item_id, OLD.item_code, OLD.piece, OLD.amount, OLD.taken_by, OLD.issued_by_id, OLD.issued_at, OLD.entry_id) THEN
        RAISE EXCEPTION 'What was issued stays as it was written, and is closed once (B1.9).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER custody_issue_stays BEFORE UPDATE OR DELETE ON registers_custodyissue
    FOR EACH ROW EXECUTE FUNCTION custody_issue_stays();
ALTER TABLE registers_custodyissue ENABLE ALWAYS TRIGGER custody_issue_stays;

-- What is still out is what was issued less what came back: looked at with each movement, under the book's lock.
CREATE FUNCTION custody_movement_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    issued registers_custodyissue;
    moved numeric;
BEGIN
    IF NOT EXISTS (SELECT FROM logbook_entry e JOIN logbook_book b ON b.id = e.book_id
                   WHERE e.id = NEW.entry_id AND e.number = NEW.number AND b.desk_id = NEW.desk_id) THEN
        RAISE EXCEPTION 'A movement stands in an entry of its desk (A28).';
    END IF;
    IF NEW.issue_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO issued FROM registers_custodyissue WHERE id = NEW.issue_id;
    SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('returned', 'gone')), 0) INTO moved
        FROM registers_custodymovement WHERE issue_id = NEW.issue_id;
    IF (issued.desk_id, issued.item_code, issued.piece) IS DISTINCT FROM (NEW.desk_id, NEW.item_code, NEW.piece)
       OR issued."left" <> issued.amount - moved
       OR NEW.kind = 'issued' AND (NEW.amount <> issued.amount OR NEW.entry_id <> issued.entry_id) THEN
        RAISE EXCEPTION 'What came back does not fit what was issued (B1.9).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER custody_movement_fits AFTER INSERT ON registers_custodymovement
    FOR EACH ROW EXECUTE FUNCTION custody_movement_fits();
ALTER TABLE registers_custodymovement ENABLE ALWAYS TRIGGER custody_movement_fits;
"""
UNDO = """
DROP TRIGGER custody_movement_fits ON registers_custodymovement; DROP FUNCTION custody_movement_fits();
DROP TRIGGER custody_issue_stays ON registers_custodyissue; DROP FUNCTION custody_issue_stays();
DROP TRIGGER record_refuses_change ON registers_custodymovement;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0012_rooms_readings_blind_counts'),
        ('logbook', '0026_search_reaches_further'),
        ('registers', '0003_names_of_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*together([
        migrations.AddField(
            model_name='custodydifference',
            name='settled_result',
            field=models.CharField(blank=True, choices=[('found', 'found, and back with the desk'), ('miscounted', 'counted wrongly'), ('replaced', 'replaced or made good'), ('lost', 'lost'), ('accepted', 'explained and accepted')], max_length=12, verbose_name='result'),
        ),
        migrations.AddField(
            model_name='custodyitem',
            name='numbered',
            field=models.BooleanField(default=False, help_text='Keys of a cabinet: each is issued by its number.', verbose_name='each piece has its own number'),
        ),
        migrations.AddField(
            model_name='custodyitem',
            name='out_minutes',
            field=models.PositiveIntegerField(default=0, help_text='B1.9: how long a piece may be out unless said; past that time it is raised. 0 is no time.', verbose_name='back within (minutes)'),
        ),
        migrations.AddField(
            model_name='historicalcustodydifference',
            name='settled_result',
            field=models.CharField(blank=True, choices=[('found', 'found, and back with the desk'), ('miscounted', 'counted wrongly'), ('replaced', 'replaced or made good'), ('lost', 'lost'), ('accepted', 'explained and accepted')], max_length=12, verbose_name='result'),
        ),
        migrations.AddField(
            model_name='historicalcustodyitem',
            name='numbered',
            field=models.BooleanField(default=False, help_text='Keys of a cabinet: each is issued by its number.', verbose_name='each piece has its own number'),
        ),
        migrations.AddField(
            model_name='historicalcustodyitem',
            name='out_minutes',
            field=models.PositiveIntegerField(default=0, help_text='B1.9: how long a piece may be out unless said; past that time it is raised. 0 is no time.', verbose_name='back within (minutes)'),
        ),
        migrations.CreateModel(
            name='CustodyIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40)),
                ('piece', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=9)),
                ('left', models.DecimalField(decimal_places=2, max_digits=9)),
                ('state', models.CharField(choices=[('out', 'out'), ('back', 'back'), ('gone', 'does not come back')], default='out', max_length=4)),
                ('taken_by', models.CharField(max_length=80)),
                ('purpose', models.CharField(blank=True, max_length=200)),
                ('issued_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody_issues', to='desks.desk')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='registers.custodyitem')),
            ],
            options={
                'verbose_name': 'issue',
                'verbose_name_plural': 'issues',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CustodyMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('issued', 'issued'), ('returned', 'came back'), ('gone', 'does not come back'), ('added', 'came in'), ('removed', 'left for good')], max_length=8)),
                ('piece', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=9)),
                ('who', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('number', models.BigIntegerField()),
                ('key', models.UUIDField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody_movements', to='desks.desk')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('issue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='registers.custodyissue')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='registers.custodyitem')),
            ],
            options={
                'verbose_name': 'movement',
                'verbose_name_plural': 'movements',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCustodyIssue',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('item_code', models.CharField(max_length=40)),
                ('piece', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=9)),
                ('left', models.DecimalField(decimal_places=2, max_digits=9)),
                ('state', models.CharField(choices=[('out', 'out'), ('back', 'back'), ('gone', 'does not come back')], default='out', max_length=4)),
                ('taken_by', models.CharField(max_length=80)),
                ('purpose', models.CharField(blank=True, max_length=200)),
                ('issued_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('desk', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='desks.desk')),
                ('entry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registers.custodyitem')),
            ],
            options={
                'verbose_name': 'historical issue',
                'verbose_name_plural': 'historical issues',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name='custodyissue',
            index=models.Index(condition=models.Q(('state', 'out')), fields=['desk', 'item_code'], name='custody_issue_out'),
        ),
        migrations.AddIndex(
            model_name='custodyissue',
            index=models.Index(condition=models.Q(('raised_at__isnull', True), ('state', 'out')), fields=['due_at'], name='custody_issue_to_raise'),
        ),
        migrations.AddConstraint(
            model_name='custodyissue',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'out'), models.Q(('piece', ''), _negated=True)), fields=('desk', 'item_code', 'piece'), name='custody_piece_out_once'),
        ),
        migrations.AddConstraint(
            model_name='custodyissue',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('left__gte', 0), ('left__lte', models.F('amount'))), name='custody_issue_left_of_amount'),
        ),
        migrations.AddConstraint(
            model_name='custodyissue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('left__gt', 0), ('state', 'out')), models.Q(models.Q(('state', 'out'), _negated=True), ('closed_at__isnull', False), ('left', 0)), _connector='OR'), name='custody_issue_closed_when_nothing_is_left'),
        ),
        migrations.AddConstraint(
            model_name='custodyissue',
            constraint=models.CheckConstraint(condition=models.Q(('taken_by', ''), _negated=True), name='custody_issue_has_a_taker'),
        ),
        migrations.AddIndex(
            model_name='custodymovement',
            index=models.Index(fields=['desk', 'item_code', 'number'], name='custody_movement_of_item'),
        ),
        migrations.AddIndex(
            model_name='custodymovement',
            index=models.Index(fields=['desk', 'number'], name='custody_movement_since'),
        ),
        migrations.AddConstraint(
            model_name='custodymovement',
            constraint=models.UniqueConstraint(fields=('by', 'key'), name='custody_movement_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='custodymovement',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='custody_movement_has_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='custodymovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issue__isnull', False), ('kind__in', ['issued', 'returned', 'gone'])), models.Q(('issue__isnull', True), ('kind__in', ['added', 'removed']), models.Q(('note', ''), _negated=True)), _connector='OR'), name='custody_movement_of_an_issue_or_with_a_reason'),
        ),
    ]), migrations.RunSQL(GUARD, UNDO)]
