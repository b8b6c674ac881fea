"""Nodes of each book's Merkle tree, made by the database from the digests, never changed (I2, docs/record.md)."""

import django.db.models.deletion
from django.db import migrations, models

GROW = """
CREATE FUNCTION record_tree_grow(which bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    made bigint := 0;
    below int := 0;
    children bigint;
    place bigint;
    hashes bytea[];
BEGIN
    -- The same lock as hold_books(): two who grow the same tree at once wait for each other.
    PERFORM pg_advisory_xact_lock(1685419129, which::int);
    SELECT COALESCE(max(number), 0) INTO children FROM logbook_entrydigest WHERE book_id = which;
    WHILE children >= 256 LOOP
        SELECT COALESCE(max(position) + 1, 0) INTO place FROM logbook_treenode WHERE book_id = which AND level = below + 8;
        WHILE (place + 1) * 256 <= children LOOP
            IF below = 0 THEN
                SELECT array_agg(digest ORDER BY number) INTO hashes FROM logbook_entrydigest
                WHERE book_id = which AND number > place * 256 AND number <= (place + 1) * 256;
            ELSE
                SELECT array_agg(digest ORDER BY position) INTO hashes FROM logbook_treenode
                WHERE book_id = which AND level = below AND position >= place * 256 AND position < (place + 1) * 256;
            END IF;
            IF cardinality(hashes) IS DISTINCT FROM 256 THEN
                RAISE EXCEPTION 'A tree grows over digests without a gap (I2).';
            END IF;
            WHILE cardinality(hashes) > 1 LOOP
                SELECT array_agg(sha256('\\x01'::bytea || hashes[2 * i - 1] || hashes[2 * i]) ORDER BY i) INTO hashes
                FROM generate_series(1, cardinality(hashes) / 2) AS i;
            END LOOP;
            INSERT INTO logbook_treenode (book_id, level, position, digest) VALUES (which, below + 8, place, hashes[1]);
            place := place + 1;
            made := made + 1;
        END LOOP;
        children := place;
        below := below + 8;
    END LOOP;
    RETURN made;
END $$;
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON logbook_treenode
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE logbook_treenode ENABLE ALWAYS TRIGGER record_refuses_change;
SELECT record_tree_grow(id) FROM logbook_book;
"""
UNDO = """
DROP TRIGGER record_refuses_change ON logbook_treenode;
DROP FUNCTION record_tree_grow(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("logbook", "0007_attention")]
    operations = [
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("book", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tree_nodes", to="logbook.book")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("book", "level", "position"), name="tree_node_once_in_its_book")]},
        ),
        migrations.RunSQL(GROW, UNDO),
    ]
