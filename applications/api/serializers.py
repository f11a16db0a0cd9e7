"""Applications, tasks and decisions as the API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications import presenters
from applications.enums import Channel, DecisionOutcome, DeliveryMethod, TaskOutcome
from applications.models import (
    Application,
    ApplicationMaterial,
    Attachment,
    Case,
    Correction,
    CorrectionItem,
    Decision,
    ReviewTask,
    TaskRecord,
    Visit,
)
from core import clock, masking
from core.enums import ApplicantKind, IdType
from core.models import Applicant

# --- what is shown ----------------------------------------------------------------------------------------------------


class AttachmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "uploaded_at")


class ApplicationMaterialSerializer(serializers.ModelSerializer):
    attachments = AttachmentSerializer(many=True)

    class Meta:
        model = ApplicationMaterial
        fields = (
            "id",
            "key",
            "name",
            "needed_by",
            "disposition",
            "condition",
            "is_required",
            "originals",
            "copies",
            "paper_received_at",
            "attachments",
        )


class TaskInCaseSerializer(serializers.ModelSerializer):
    step = serializers.CharField(source="step.key")
    name = serializers.CharField(source="step.name")
    department = serializers.CharField(source="department.code")

    class Meta:
        model = ReviewTask
        fields = (
            "id",
            "step",
            "name",
            "kind",
            "department",
            "status",
            "outcome",
            "released_at",
            "due_at",
            "completed_at",
        )


class DecisionSerializer(serializers.ModelSerializer):
    application = serializers.CharField(source="case.application.number")
    case = serializers.CharField(source="case.number")
    matter = serializers.CharField(source="case.version.matter.code")
    department = serializers.CharField(source="case.version.matter.department.code")

    class Meta:
        model = Decision
        fields = (
            "id",
            "application",
            "case",
            "matter",
            "department",
            "outcome",
            "reasons",
            "basis",
            "decided_at",
        )


class CaseSerializer(serializers.ModelSerializer):
    number = serializers.SerializerMethodField()
    matter = serializers.CharField(source="version.matter.code")
    name = serializers.CharField(source="version.name")
    version = serializers.IntegerField(source="version.number")
    waits_for = serializers.SerializerMethodField(help_text="先办的事项编码")
    tasks = TaskInCaseSerializer(many=True)

    class Meta:
        model = Case
        fields = (
            "id",
            "number",
            "matter",
            "name",
            "version",
            "optional",
            "status",
            "waits_for",
            "started_at",
            "promised_due_at",
            "statutory_due_at",
            "ended_at",
            "end_reason",
            "tasks",
        )

    @extend_schema_field(str)
    def get_number(self, case: Case) -> str:
        return case.number if case.application.number else ""

    @extend_schema_field(list[str])
    def get_waits_for(self, case: Case) -> list[str]:
        return [link.predecessor.version.matter.code for link in case.waits_for.all()]


class VisitSerializer(serializers.ModelSerializer):
    service_point = serializers.CharField(source="service_point.code")

    class Meta:
        model = Visit
        fields = ("date", "at", "service_point", "causes")


class CorrectionItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = CorrectionItem
        fields = ("id", "material", "what", "reason", "how", "answer")


class CorrectionSerializer(serializers.ModelSerializer):
    items = CorrectionItemSerializer(many=True)

    class Meta:
        model = Correction
        fields = ("status", "issued_at", "due_at", "answered_at", "items")


class ApplicantSerializer(serializers.ModelSerializer):
    """An applicant with the personal numbers masked; the full ones are read on the pages, and each reading audited."""

    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    class Meta:
        model = Applicant
        fields = ("id", "kind", "name", "id_type", "id_number", "phone")

    @extend_schema_field(str)
    def get_id_number(self, applicant: Applicant) -> str:
        return masking.mask_identity(applicant.id_number, applicant.id_type)

    @extend_schema_field(str)
    def get_phone(self, applicant: Applicant) -> str:
        return masking.mask_phone(applicant.phone)


class ApplicationSerializer(serializers.ModelSerializer):
    """One application, whole."""

    applicant = ApplicantSerializer()
    bundle = serializers.CharField(source="bundle.code", allow_null=True)
    service_point = serializers.CharField(source="service_point.code", allow_null=True)
    standing = serializers.SerializerMethodField(help_text="到哪了、轮到谁、最迟何时")
    trips = serializers.SerializerMethodField(help_text="已到场次数")
    cases = CaseSerializer(many=True)
    materials = ApplicationMaterialSerializer(many=True)
    visits = VisitSerializer(many=True)
    correction = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            "id",
            "number",
            "query_code",
            "status",
            "standing",
            "channel",
            "applicant",
            "bundle",
            "title",
            "subject",
            "detail",
            "conditions",
            "delivery_method",
            "service_point",
            "submitted_at",
            "accepted_at",
            "promised_due_at",
            "refusal_reason",
            "competent_authority",
            "closed_at",
            "trips",
            "visits",
            "cases",
            "materials",
            "correction",
        )

    @extend_schema_field(
        {
            "type": "object",
            "properties": {key: {"type": "string"} for key in ("where", "turn", "by_when", "trip")},
        }
    )
    def get_standing(self, application: Application) -> dict[str, str]:
        standing = presenters.standing(application, now=clock.now())
        return {key: getattr(standing, key) for key in ("where", "turn", "by_when", "trip")}

    @extend_schema_field(int)
    def get_trips(self, application: Application) -> int:
        return presenters.trips(application)

    @extend_schema_field(CorrectionSerializer(allow_null=True))
    def get_correction(self, application: Application) -> dict[str, Any] | None:
        found = getattr(application, "correction", None)
        return CorrectionSerializer(found).data if found else None


class TaskRecordSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.name")

    class Meta:
        model = TaskRecord
        fields = ("user", "finding", "at")


class TaskSerializer(serializers.ModelSerializer):
    """One task in a department's queue."""

    application = serializers.CharField(source="case.application.number")
    application_id = serializers.IntegerField(source="case.application_id")
    title = serializers.CharField(source="case.application.title")
    matter = serializers.CharField(source="case.version.name")
    step = serializers.CharField(source="step.key")
    name = serializers.CharField(source="step.name")
    staff_min = serializers.IntegerField(source="step.staff_min")
    department = serializers.CharField(source="department.code")
    claimed_by = serializers.CharField(source="claimed_by.name", allow_null=True)

    class Meta:
        model = ReviewTask
        fields = (
            "id",
            "application",
            "application_id",
            "title",
            "matter",
            "step",
            "name",
            "kind",
            "staff_min",
            "department",
            "status",
            "released_at",
            "due_at",
            "claimed_by",
            "claimed_at",
            "completed_at",
            "outcome",
            "opinion",
        )


# --- what is taken ----------------------------------------------------------------------------------------------------


class NewApplicantSerializer(serializers.Serializer):
    """The person or organisation a counter files for; found by identity, or created."""

    kind = serializers.ChoiceField(ApplicantKind.choices)
    name = serializers.CharField(max_length=200)
    id_type = serializers.ChoiceField(IdType.choices)
    id_number = serializers.CharField(max_length=30)
    phone = serializers.CharField(max_length=20)
    address = serializers.CharField(max_length=400, required=False, default="")
    contact_name = serializers.CharField(max_length=100, required=False, default="")


class AnswersSerializer(serializers.Serializer):
    subject = serializers.CharField(max_length=200)
    detail = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list
    )
    delivery_method = serializers.ChoiceField(
        DeliveryMethod.choices, required=False, default=DeliveryMethod.WINDOW
    )
    recipient_name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    recipient_phone = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    recipient_address = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class StartSerializer(serializers.Serializer):
    """Start a draft: one matter, or a bundle with its chosen optional members (matter codes)."""

    matter = serializers.CharField(required=False)
    bundle = serializers.CharField(required=False)
    chosen = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    channel = serializers.ChoiceField([Channel.API, Channel.COUNTER], required=False, default=Channel.API)
    applicant = NewApplicantSerializer(required=False, help_text="窗口代为申报时必填")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("matter" in attrs) == ("bundle" in attrs):
            raise serializers.ValidationError({"matter": "请提供 matter 或 bundle 其中一个。"})
        if attrs["channel"] == Channel.COUNTER and "applicant" not in attrs:
            raise serializers.ValidationError({"applicant": "窗口申报请提供申请人。"})
        return attrs


class MembersSerializer(serializers.Serializer):
    chosen = serializers.ListField(child=serializers.CharField())


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField()


class CaseRefusalSerializer(serializers.Serializer):
    case = serializers.IntegerField()
    reason = serializers.CharField(max_length=1000)
    competent_authority = serializers.CharField(max_length=200)


class AcceptSerializer(serializers.Serializer):
    refusals = CaseRefusalSerializer(many=True, required=False, default=list)


class RefuseSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)
    competent_authority = serializers.CharField(max_length=200)


class ItemSerializer(serializers.Serializer):
    what = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=400)
    how = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)
    material_id = serializers.IntegerField(required=False, allow_null=True, default=None)


class AskCorrectionSerializer(serializers.Serializer):
    items = ItemSerializer(many=True)
    workdays = serializers.IntegerField(required=False, default=10)


class AnswerSerializer(serializers.Serializer):
    item = serializers.IntegerField()
    answer = serializers.CharField(max_length=1000, allow_blank=True)


class AnswerCorrectionSerializer(serializers.Serializer):
    answers = AnswerSerializer(many=True, required=False, default=list)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=400)


class FindingSerializer(serializers.Serializer):
    finding = serializers.CharField(max_length=4000)


class CompleteSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(
        [(each.value, each.label) for each in (TaskOutcome.PASS, TaskOutcome.OBJECT)]
    )
    opinion = serializers.CharField(max_length=4000)


class DecideSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(DecisionOutcome.choices)
    reasons = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)
    basis = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class ProgressSerializer(serializers.Serializer):
    """Public progress by number and query code: no personal data."""

    number = serializers.CharField()
    title = serializers.CharField()
    stage = serializers.CharField()
    where = serializers.CharField()
    turn = serializers.CharField()
    by_when = serializers.CharField()
    applicant = serializers.CharField(help_text="掩码后的申请人")
    trips = serializers.IntegerField()
