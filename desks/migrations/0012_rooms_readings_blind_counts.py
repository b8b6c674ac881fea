"""Checks by room, tested and read off; a desk may count blind (A14, A28, C7)."""

from django.db import migrations, models

from desks.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('desks', '0011_what_a_handover_asks'),
    ]

    operations = together([
        migrations.AddField(
            model_name='checklistitem',
            name='highest',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True, verbose_name='highest good reading'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='lowest',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True, verbose_name='lowest good reading'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='room_en',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (English)'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='room_zh_hans',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (Simplified Chinese)'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='room_zh_hant',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (Traditional Chinese)'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='sort',
            field=models.CharField(choices=[('look', 'looked at'), ('test', 'tested'), ('reading', 'read off: a number')], default='look', help_text='A14: a test keeps its time. C7: a reading is a number with its limits; outside them it fails.', max_length=8, verbose_name='how it is checked'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='unit',
            field=models.CharField(blank=True, max_length=10, verbose_name='unit of the reading'),
        ),
        migrations.AddField(
            model_name='desksettings',
            name='blind_count',
            field=models.BooleanField(default=False, help_text='A28: what is expected is shown only after it was counted, and the pages say so; supervisors see it.', verbose_name='count blind'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='highest',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True, verbose_name='highest good reading'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='lowest',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True, verbose_name='lowest good reading'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='room_en',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (English)'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='room_zh_hans',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (Simplified Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='room_zh_hant',
            field=models.CharField(blank=True, max_length=60, verbose_name='room (Traditional Chinese)'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='sort',
            field=models.CharField(choices=[('look', 'looked at'), ('test', 'tested'), ('reading', 'read off: a number')], default='look', help_text='A14: a test keeps its time. C7: a reading is a number with its limits; outside them it fails.', max_length=8, verbose_name='how it is checked'),
        ),
        migrations.AddField(
            model_name='historicalchecklistitem',
            name='unit',
            field=models.CharField(blank=True, max_length=10, verbose_name='unit of the reading'),
        ),
        migrations.AddField(
            model_name='historicaldesksettings',
            name='blind_count',
            field=models.BooleanField(default=False, help_text='A28: what is expected is shown only after it was counted, and the pages say so; supervisors see it.', verbose_name='count blind'),
        ),
        migrations.AddConstraint(
            model_name='checklistitem',
            constraint=models.CheckConstraint(condition=models.Q(('lowest__isnull', True), ('highest__isnull', True), ('lowest__lte', models.F('highest')), _connector='OR'), name='checklist_item_limits_in_order'),
        ),
    ])
