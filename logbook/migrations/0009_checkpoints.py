"""Signed checkpoints of each book, and the public parts of the keys that signed them (A18, I2, docs/record.md)."""

import django.db.models.deletion
from django.db import migrations, models

from desks.together import together

GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in ("signingkey", "checkpoint")
)
FOLLOW = """
CREATE FUNCTION checkpoint_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    -- Under the book's lock: a checkpoint never says less than the one before, nor more than there is.
    PERFORM pg_advisory_xact_lock(1685419129, NEW.book_id::int);
    IF NEW.size < 1 OR NEW.size > (SELECT COALESCE(max(number), 0) FROM logbook_entrydigest WHERE book_id = NEW.book_id)
       OR NEW.size < (SELECT COALESCE(max(size), 0) FROM logbook_checkpoint WHERE book_id = NEW.book_id) THEN
        RAISE EXCEPTION 'A checkpoint covers what the one before covers, and what stands in the book (I2).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checkpoint_follows BEFORE INSERT ON logbook_checkpoint FOR EACH ROW EXECUTE FUNCTION checkpoint_follows();
ALTER TABLE logbook_checkpoint ENABLE ALWAYS TRIGGER checkpoint_follows;
"""
UNDO = """
DROP TRIGGER checkpoint_follows ON logbook_checkpoint;
DROP FUNCTION checkpoint_follows();
DROP TRIGGER record_refuses_change ON logbook_checkpoint;
DROP TRIGGER record_refuses_change ON logbook_signingkey;
"""
OCCASIONS = [
    ("day", "end of the day"), ("handover", "handed over"), ("closing", "desk closed"), ("takeover", "taken over by the supervisor"),
    ("release", "emergency release"), ("key", "change of the signing key"), ("proof", "proof of an entry"),
    ("export", "export of the record"),
]


class Migration(migrations.Migration):
    dependencies = [("logbook", "0008_tree")]
    operations = together([
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public", models.BinaryField(max_length=32, unique=True)),
                ("registered_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={"verbose_name": "signing key", "verbose_name_plural": "signing keys", "ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("occasion", models.CharField(choices=OCCASIONS, max_length=20)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checkpoints", to="logbook.book")),
                ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checkpoints", to="logbook.signingkey")),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "constraints": [
                    models.UniqueConstraint(fields=("book", "size", "key", "occasion"), name="checkpoint_once_for_each_occasion")
                ],
            },
        ),
        migrations.RunSQL(GUARD + FOLLOW, UNDO),
    ])
