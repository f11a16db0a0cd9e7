"""Lists and sweeps that read what they show: one's live applications, limits in order, what a system was not told of."""

from django.db import migrations, models

KINDS = ("review", "inspect", "consult", "decide", "payout", "post_check")
LIVE = ("draft", "submitted", "correction_open", "accepted")


class Migration(migrations.Migration):
    dependencies = [("applications", "0020_issued_publications")]

    operations = [
        migrations.RemoveIndex(model_name="clock", name="clock_reaching"),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["due_at", "id"], name="clock_reaching", condition=models.Q(stopped_at=None)
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["applicant", "-id"], name="application_live", condition=models.Q(status__in=LIVE)
            ),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="pushed_at",
            field=models.DateTimeField(
                "告知部门系统时间",
                null=True,
                blank=True,
                help_text="写下推送的时间；部门没有自有系统的，空着",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewtask",
            index=models.Index(
                fields=["department", "receipted_at"],
                name="task_to_push",
                condition=models.Q(pushed_at=None, status__in=["open", "claimed"], kind__in=KINDS),
            ),
        ),
    ]
