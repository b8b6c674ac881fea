"""Counts are written twice where they differ, what fails is answered (A27, A28)."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from desks.together import together

GUARD = """
CREATE TRIGGER record_refuses_change BEFORE UPDATE OR DELETE ON handover_handovercounting
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuses_change();
ALTER TABLE handover_handovercounting ENABLE ALWAYS TRIGGER record_refuses_change;
CREATE TRIGGER handover_lines_stay BEFORE INSERT ON handover_handovercounting
    FOR EACH ROW EXECUTE FUNCTION handover_lines_stay();
ALTER TABLE handover_handovercounting ENABLE ALWAYS TRIGGER handover_lines_stay;
"""
UNDO = """
DROP TRIGGER handover_lines_stay ON handover_handovercounting;
DROP TRIGGER record_refuses_change ON handover_handovercounting;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0012_rooms_readings_blind_counts'),
        ('handover', '0003_prepared_and_told'),
        ('logbook', '0026_search_reaches_further'),
        ('registers', '0003_names_of_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*together([
        migrations.CreateModel(
            name='HandoverCounting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted', models.DecimalField(decimal_places=2, max_digits=9, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('9999999.99'))])),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'counting',
                'verbose_name_plural': 'countings',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='answer',
            field=models.CharField(blank=True, choices=[('put_right', 'put right at once'), ('follow_up', 'a follow-up of the log'), ('ground', 'a ground for refusing')], max_length=10),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='answer_words',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='answered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='entry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='follow_up',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='handovercheckline',
            name='reading',
            field=models.DecimalField(decimal_places=3, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='answer',
            field=models.CharField(blank=True, choices=[('put_right', 'put right at once'), ('follow_up', 'a follow-up of the log'), ('ground', 'a ground for refusing')], max_length=10),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='answer_words',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='answered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='entry',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='follow_up',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='logbook.entry'),
        ),
        migrations.AddField(
            model_name='historicalhandovercheckline',
            name='reading',
            field=models.DecimalField(decimal_places=3, max_digits=12, null=True),
        ),
        migrations.AddConstraint(
            model_name='handovercheckline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), ('result', 'fail')), _connector='OR'), name='handover_check_answered_where_it_fails'),
        ),
        migrations.AddConstraint(
            model_name='handovercheckline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'follow_up'), _negated=True), ('follow_up__isnull', False), _connector='OR'), name='handover_check_names_its_follow_up'),
        ),
        migrations.AddField(
            model_name='handovercounting',
            name='counted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handovercounting',
            name='handover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='countings', to='handover.handover'),
        ),
        migrations.AddField(
            model_name='handovercounting',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.custodyitem'),
        ),
        migrations.AddConstraint(
            model_name='handovercounting',
            constraint=models.CheckConstraint(condition=models.Q(('counted__gte', 0)), name='handover_counting_not_negative'),
        ),
    ]), migrations.RunSQL(GUARD, UNDO)]
