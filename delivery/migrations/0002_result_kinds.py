from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="certificate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "收件凭证"),
                    ("acceptance", "受理通知书"),
                    ("refusal", "不予受理通知书"),
                    ("correction", "补正材料一次性告知书"),
                    ("certificate", "证照"),
                    ("approval", "准予决定书"),
                    ("record", "办理结果通知书"),
                    ("denial", "不予行政许可决定书"),
                    ("not_proceeded", "不再办理告知书"),
                    ("special", "特别程序告知书"),
                    ("extension", "延期办理告知书"),
                ],
                max_length=16,
                verbose_name="结果种类",
            ),
        ),
    ]
