"""A month as it was worked: corrections of times, each person's answer, the sign-off; all of them stay (A10, A22, I6, I9)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

# A time is corrected of a duty that has begun, by somebody else, and says whether the month was signed off by then.
RULES = """
CREATE FUNCTION time_correction_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    duty rosters_duty;
BEGIN
    SELECT * INTO STRICT duty FROM rosters_duty WHERE id = NEW.duty_id;
    IF duty.taken_out_by_id IS NOT NULL OR duty.starts_at > NEW.made_at OR duty.person_id = NEW.made_by_id
        OR NEW.arrived_at >= duty.ends_at OR NEW.left_at <= duty.starts_at OR NEW.left_at > NEW.made_at THEN
        RAISE EXCEPTION 'A time is corrected of a duty that has begun, within what has passed, by somebody else (I9).';
    END IF;
    IF NEW.after_sign_off IS DISTINCT FROM EXISTS (SELECT FROM rosters_monthsignoff
        WHERE desk_id = duty.desk_id AND month = date_trunc('month', duty.site_day)::date) THEN
        RAISE EXCEPTION 'A correction says whether the month was signed off (I9).';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER time_correction_fits BEFORE INSERT ON rosters_timecorrection FOR EACH ROW EXECUTE FUNCTION time_correction_fits();
ALTER TABLE rosters_timecorrection ENABLE ALWAYS TRIGGER time_correction_fits;
"""
KEPT = ["timecorrection", "monthanswer", "monthsignoff"]
GUARD = "".join(
    f"""CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON rosters_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE rosters_{table} ENABLE ALWAYS TRIGGER record_refuses_change;
"""
    for table in KEPT
)
UNDO = (
    "".join(f"DROP TRIGGER record_refuses_change ON rosters_{table};" for table in KEPT)
    + "DROP TRIGGER time_correction_fits ON rosters_timecorrection; DROP FUNCTION time_correction_fits();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0016_who_has_not_come'),
        ('logbook', '0029_lists_of_sites_in_the_background'),
        ('rosters', '0008_who_came'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name='MonthAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('answer', models.CharField(choices=[('confirmed', 'confirmed'), ('contested', 'contested')], max_length=10)),
                ('words', models.TextField(blank=True)),
                ('figures', models.JSONField()),
                ('method', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='month_answers', to='desks.desk')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='month_answers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'answer about a month',
                'verbose_name_plural': 'answers about months',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['desk', 'month', 'person'], name='rosters_mon_desk_id_19d94f_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer', 'confirmed'), models.Q(('words', ''), _negated=True), _connector='OR'), name='month_contested_in_words'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='month_answer_is_of_a_month')],
            },
        ),
        migrations.CreateModel(
            name='MonthSignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('figures', models.JSONField()),
                ('words', models.TextField(blank=True)),
                ('signed_at', models.DateTimeField()),
                ('method', models.CharField(max_length=10)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='month_sign_offs', to='desks.desk')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign-off of a month',
                'verbose_name_plural': 'sign-offs of months',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'month'), name='month_signed_off_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='month_sign_off_is_of_a_month')],
            },
        ),
        migrations.CreateModel(
            name='TimeCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('arrived_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('reason', models.TextField()),
                ('after_sign_off', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_corrections', to='rosters.duty')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'correction of a time',
                'verbose_name_plural': 'corrections of times',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='time_correction_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('arrived_at__isnull', True), ('left_at__isnull', True)), ('arrived_at__lt', models.F('left_at')), _connector='OR'), name='time_correction_is_a_time_or_none')],
            },
        ),
        migrations.RunSQL(RULES + GUARD, UNDO),
    ])
