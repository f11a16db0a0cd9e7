"""Templates in numbered versions, and which of them a version of a guide adopted.

The table they replace was never written.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER template_append_only BEFORE UPDATE OR DELETE ON matters_mattertemplate
    FOR EACH ROW EXECUTE FUNCTION matters_verdict_is_append_only();
"""
UNGUARD = "DROP TRIGGER template_append_only ON matters_mattertemplate;"


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0010_halted_matters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name="MatterTemplate"),
        migrations.CreateModel(
            name="MatterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(verbose_name="模板编码")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                (
                    "level",
                    models.PositiveSmallIntegerField(choices=[(1, "国家"), (2, "省级")], verbose_name="层级"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                ("issuer", models.CharField(max_length=100, verbose_name="发布机关")),
                ("issued_on", models.DateField(verbose_name="发布日期")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="修订说明")),
                ("content", models.JSONField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "imported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项模板",
                "verbose_name_plural": "事项模板",
                "ordering": ["code", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="template_version_once")
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.AddField(
            model_name="matterversion",
            name="template",
            field=models.CharField(blank=True, default="", max_length=50, verbose_name="所依模板"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="matterversion",
            name="template_version",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="所依模板版本"),
        ),
        migrations.AddIndex(
            model_name="matterversion",
            index=models.Index(
                condition=models.Q(("template", ""), _negated=True),
                fields=["template"],
                name="matter_version_adopts",
            ),
        ),
    ]
