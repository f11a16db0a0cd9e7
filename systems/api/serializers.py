"""What departments' systems send and are answered."""

from typing import Any

from rest_framework import serializers

from applications.api.inputs import example, optional_text
from applications.enums import DecisionOutcome, TaskOutcome, TaskStatus
from systems.models import IncomingResult, Push
from systems.services.results import Finding, Result

MOST_RECORDS = 10
OUTCOMES = [
    (each.value, each.label)
    for each in (TaskOutcome.PASS, TaskOutcome.OBJECT, DecisionOutcome.GRANTED, DecisionOutcome.DENIED)
]
STATES = [("acknowledged", "已回执"), ("unanswered", "未回执"), ("failed", "已放弃")]


class SystemRecordSerializer(serializers.Serializer):
    """What one more person found."""

    by = serializers.CharField(max_length=64, label="用户名")
    finding = serializers.CharField(max_length=4000, label="记录")
    seen_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, label="到达现场时间", help_text="现场核查必填"
    )
    place = optional_text("现场地点", 200, help_text="现场核查必填")


@example("通过", task=1201, by="swj.review1", outcome="pass", opinion="契税已缴清。")
class SystemResultSerializer(serializers.Serializer):
    """The result of one task; whoever did it is named by user name."""

    task = serializers.IntegerField(min_value=1, max_value=2**63 - 1, label="任务")
    by = serializers.CharField(max_length=64, label="经办人用户名")
    outcome = serializers.ChoiceField(OUTCOMES, label="结论或决定")
    opinion = optional_text("意见", 4000, help_text="通过和不通过时必填")
    facts = optional_text("事实", 4000, help_text="不予时必填")
    reasons = optional_text("理由", 4000, help_text="不予时必填；准予时为附带条件")
    basis = optional_text("依据", 4000, help_text="缺省为事项的设定依据")
    records = SystemRecordSerializer(many=True, required=False, max_length=MOST_RECORDS, label="其他人的记录")

    def result(self) -> Result:
        """Return the validated body as the service takes it."""
        given: dict[str, Any] = dict(self.validated_data)
        records = [Finding(**each) for each in given.pop("records", [])]
        return Result(**given, records=records)


class TakenResultSerializer(serializers.Serializer):
    """What became of the task."""

    task = serializers.IntegerField()
    case = serializers.CharField()
    status = serializers.ChoiceField(TaskStatus.choices)
    outcome = serializers.CharField()


class DaySerializer(serializers.Serializer):
    """The day to compare."""

    day = serializers.DateField(label="日期")


class ReconciledPushSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(STATES)
    case = serializers.CharField(source="subject_number")

    class Meta:
        model = Push
        fields = ("key", "kind", "task", "case", "state", "created_at", "receipted_at")


class ReconciledResultSerializer(serializers.ModelSerializer):
    class Meta:
        model = IncomingResult
        fields = ("key", "task", "status", "received_at")


class CountsSerializer(serializers.Serializer):
    """How many of each."""

    sent = serializers.IntegerField(help_text="当天生成的推送")
    acknowledged = serializers.IntegerField(help_text="其中已回执")
    unanswered = serializers.IntegerField(help_text="其中未回执，仍在重发")
    failed = serializers.IntegerField(help_text="其中已放弃")
    taken = serializers.IntegerField(help_text="当天采纳的结果")
    refused = serializers.IntegerField(help_text="当天拒绝的结果")


class ReconciliationSerializer(serializers.Serializer):
    """Everything of one day, key by key."""

    day = serializers.DateField()
    counts = CountsSerializer()
    pushes = ReconciledPushSerializer(many=True)
    results = ReconciledResultSerializer(many=True)
