"""Cards as the API shows them, and what it takes for them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from supervision.forms import LONGEST
from supervision.models import Appeal, Card


class AppealSerializer(serializers.ModelSerializer):
    made_by = serializers.CharField(source="made_by.name")

    class Meta:
        model = Appeal
        fields = ("reason", "evidence", "made_at", "made_by")


class CardSerializer(serializers.ModelSerializer):
    """One card; `number` is the case's, or the application's where it is about the whole of it."""

    rule = serializers.CharField(source="code")
    rule_name = serializers.CharField(source="rule.name")
    number = serializers.CharField(source="subject_number")
    matter = serializers.CharField()
    task = serializers.IntegerField(source="task_id", allow_null=True)
    department = serializers.CharField(source="department.code")
    person = serializers.CharField(source="person.name", allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", allow_null=True)
    appeal = serializers.SerializerMethodField()

    class Meta:
        model = Card
        fields = (
            "id",
            "rule",
            "rule_name",
            "level",
            "status",
            "number",
            "matter",
            "task",
            "department",
            "person",
            "measured",
            "due_at",
            "fell_due_at",
            "found_at",
            "issued_at",
            "appeal",
            "decision",
            "decided_at",
            "decided_by",
        )

    @extend_schema_field(AppealSerializer(allow_null=True))
    def get_appeal(self, card: Card) -> dict | None:
        found = getattr(card, "appeal", None)
        return AppealSerializer(found).data if found else None


class WordSerializer(serializers.Serializer):
    """A word that is welcome and not demanded."""

    reason = serializers.CharField(
        max_length=LONGEST, required=False, default="", allow_blank=True, label="说明"
    )


class CardReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=LONGEST, label="理由", help_text="部门会看到")


class NewAppealSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=LONGEST, label="申诉理由")
    evidence = serializers.CharField(
        max_length=LONGEST, required=False, default="", allow_blank=True, label="证据"
    )
