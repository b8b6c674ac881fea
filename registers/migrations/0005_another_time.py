"""What is out may be expected back at another time, which is after it went out and is never taken away (B1.9)."""

from django.db import migrations, models
from django.db.models import F, Q

from desks.together import together

STAYS = """
CREATE OR REPLACE FUNCTION custody_issue_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'out' OR NEW."left" > OLD."left"{more}
       OR (NEW.desk_id, NEW.item_id, NEW.item_code, NEW.piece, NEW.amount, NEW.taken_by, NEW.issued_by_id, NEW.issued_at, NEW.entry_id)
          IS DISTINCT FROM
          (OLD.desk_id, OLD.item_id, OLD.item_code, OLD.piece, OLD.amount, OLD.taken_by, OLD.issued_by_id, OLD.issued_at, OLD.entry_id) THEN
        RAISE EXCEPTION 'What was issued stays as it was written, and is closed once (B1.9).';
    END IF;
    RETURN NEW;
END $$;
"""
# What was raised is silent again only with another time.
TIMES = """ OR OLD.due_at IS NOT NULL AND NEW.due_at IS NULL
       OR OLD.raised_at IS NOT NULL AND NEW.raised_at IS DISTINCT FROM OLD.raised_at AND NEW.due_at IS NOT DISTINCT FROM OLD.due_at"""


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0004_what_goes_out'),
    ]

    operations = [
        *together([
            migrations.AddConstraint(
                model_name='custodyissue',
                constraint=models.CheckConstraint(
                    condition=Q(due_at__isnull=True) | Q(due_at__gt=F('issued_at')), name='custody_issue_due_after_it_went_out'
                ),
            ),
        ]),
        migrations.RunSQL(STAYS.format(more=TIMES), STAYS.format(more="")),
    ]
