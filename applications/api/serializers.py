"""Applications, tasks and decisions as the API shows them; personal numbers are masked for everybody."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from applications import presenters
from applications.models import (
    Application,
    ApplicationMaterial,
    Attachment,
    Case,
    Correction,
    CorrectionItem,
    Decision,
    ReviewTask,
    Visit,
)
from applications.permissions import may_see_query_code
from applications.presenters.supplies import awaited_of
from core import masking
from core.models import Applicant, OfficialDocument

STANDING = ("where", "turn", "by_when", "trip")
EVENT_STATES = [("done", "完成"), ("stopped", "终止")]


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
            "facts",
            "reasons",
            "basis",
            "decided_at",
            "reconsideration_body",
            "court",
            "served_at",
            "reconsider_until",
            "litigate_until",
        )


class CaseSerializer(serializers.ModelSerializer):
    number = serializers.SerializerMethodField()
    matter = serializers.CharField(source="version.matter.code")
    name = serializers.CharField(source="version.name")
    version = serializers.IntegerField(source="version.number")
    answers = serializers.DictField(child=serializers.CharField(), help_text="所选情形：问题的键 → 答案的键")
    waits_for = serializers.SerializerMethodField(help_text="先办的事项编码")
    awaited = serializers.SerializerMethodField(help_text="模拟意见列出、等待补齐的材料 id；在核对时为空")
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
            "answers",
            "status",
            "waits_for",
            "awaited",
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

    @extend_schema_field(list[int])
    def get_awaited(self, case: Case) -> list[int]:
        awaited = awaited_of(case, case.application)
        return [item.pk for item in awaited.items] if awaited and not awaited.checking else []


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
    query_code = serializers.SerializerMethodField(help_text="仅申请人和窗口可见，其他人为空")
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
            "properties": {key: {"type": "string"} for key in STANDING},
            "required": list(STANDING),
        }
    )
    def get_standing(self, application: Application) -> dict[str, str]:
        standing = presenters.standing(application, now=self.context["now"])
        return {key: getattr(standing, key) for key in STANDING}

    @extend_schema_field(str)
    def get_query_code(self, application: Application) -> str:
        viewer = self.context["request"].user
        return application.query_code if may_see_query_code(viewer, application) else ""

    @extend_schema_field(int)
    def get_trips(self, application: Application) -> int:
        return presenters.trips(application)

    @extend_schema_field(CorrectionSerializer(allow_null=True))
    def get_correction(self, application: Application) -> dict[str, Any] | None:
        found = getattr(application, "correction", None)
        return CorrectionSerializer(found).data if found else None


class ProgressSerializer(serializers.Serializer):
    """Public progress by number and query code; of the applicant only the masked name."""

    number = serializers.CharField()
    title = serializers.CharField()
    stage = serializers.CharField()
    where = serializers.CharField()
    turn = serializers.CharField()
    by_when = serializers.CharField()
    applicant = serializers.CharField(help_text="申请人；个人姓名只显示一部分，企业和其他组织为全称")
    trips = serializers.IntegerField()


class DocumentSerializer(serializers.ModelSerializer):
    """An official document of an application; `file` is its PDF, `verify_token` opens the public verification."""

    file = serializers.SerializerMethodField()

    class Meta:
        model = OfficialDocument
        fields = (
            "id",
            "kind",
            "title",
            "number",
            "holder",
            "issued_at",
            "revoked_at",
            "verify_token",
            "file",
        )

    @extend_schema_field(OpenApiTypes.URI)
    def get_file(self, document: OfficialDocument) -> str:
        return reverse("api-document-file", args=[document.pk], request=self.context["request"])


class TimelineSerializer(serializers.Serializer):
    """One event; the applicant sees departments, staff see names and opinions as well."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    who = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(EVENT_STATES)
