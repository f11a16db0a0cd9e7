"""Applications, tasks and decisions as the API shows them; personal numbers are masked for everybody."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from applications import presenters
from applications.enums import BulkKind
from applications.models import (
    Application,
    ApplicationMaterial,
    Attachment,
    Case,
    Consultation,
    Correction,
    CorrectionItem,
    Decision,
    Publication,
    RecordPhoto,
    ReviewTask,
    TaskRecord,
    Visit,
)
from applications.permissions import may_see_query_code
from applications.presenters.supplies import awaited_of
from core import masking
from core.models import Applicant, OfficialDocument
from matters.models import StepFigures

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


class RecordPhotoSerializer(serializers.ModelSerializer):
    """One picture taken on site; fetch it at `record-photos/{id}/file/`."""

    class Meta:
        model = RecordPhoto
        fields = ("id", "name", "content_type", "size", "sha256", "uploaded_at")


class TaskRecordSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.name")
    photos = RecordPhotoSerializer(many=True)

    class Meta:
        model = TaskRecord
        fields = ("user", "finding", "at", "seen_at", "place", "photos")


class StepFiguresSerializer(serializers.ModelSerializer):
    """How long one step took; working days, suspensions left out."""

    key = serializers.CharField(source="step_key")
    name = serializers.CharField(source="step_name")
    department = serializers.CharField(source="department.code")

    class Meta:
        model = StepFigures
        fields = ("key", "name", "department", "n", "median", "p90")


class MatterFiguresSerializer(serializers.ModelSerializer):
    """How long a matter took and each of its steps; working days, suspensions left out."""

    matter = serializers.CharField(source="matter.code")
    department = serializers.CharField(source="department.code")
    is_telling = serializers.BooleanField(source="tells", help_text="件数够多，能说明通常用时")
    steps = StepFiguresSerializer(source="matter.figures", many=True)

    class Meta:
        model = StepFigures
        fields = (
            "matter",
            "department",
            "since",
            "until",
            "n",
            "median",
            "p90",
            "is_telling",
            "steps",
        )


class PublicationSerializer(serializers.ModelSerializer):
    """One granted licence on the public list; persons are masked."""

    department = serializers.CharField(source="department.code")
    department_name = serializers.CharField(source="department.name")
    revoked = serializers.SerializerMethodField(help_text="决定已撤销")

    class Meta:
        model = Publication
        fields = (
            "number",
            "matter",
            "holder",
            "department",
            "department_name",
            "decided_on",
            "published_at",
            "revoked",
        )

    @extend_schema_field(bool)
    def get_revoked(self, publication: Publication) -> bool:
        return hasattr(publication.decision, "revocation")


class ConsultationSerializer(serializers.ModelSerializer):
    """One question and, once it has come, its answer."""

    task = serializers.IntegerField(source="task_id")
    number = serializers.CharField(source="task.case.number")
    matter = serializers.CharField(source="task.case.version.name")
    subject = serializers.CharField(source="task.case.application.subject")
    asked_by = serializers.CharField(source="asked_by.name")
    department = serializers.CharField(source="department.code")
    person = serializers.CharField(source="person.name", allow_null=True, default=None)
    materials = ApplicationMaterialSerializer(many=True)
    answered_by = serializers.CharField(source="answered_by.name", allow_null=True, default=None)

    class Meta:
        model = Consultation
        fields = (
            "id",
            "task",
            "number",
            "matter",
            "subject",
            "asked_by",
            "asked_at",
            "department",
            "person",
            "question",
            "materials",
            "due_at",
            "status",
            "answer",
            "answered_by",
            "answered_at",
        )
        read_only_fields = fields


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


class ActFieldSerializer(serializers.Serializer):
    """One thing that an act asks."""

    name = serializers.CharField()
    label = serializers.CharField()
    is_required = serializers.BooleanField()
    choices = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="可选的值及其名称；不限定时为空",
    )


class TaskActSerializer(serializers.Serializer):
    """An act that the signed-in person may do on a task now."""

    key = serializers.CharField()
    label = serializers.CharField()
    hint = serializers.CharField()
    fields_asked = ActFieldSerializer(many=True)


class BulkRefusalSerializer(serializers.Serializer):
    """A task that a bulk act could not do, and why."""

    task = serializers.IntegerField(source="task_id")
    reason = serializers.CharField(source="refusal")


class BulkActSerializer(serializers.Serializer):
    """One act on many tasks, and how far it has come."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(BulkKind.choices)
    asked_at = serializers.DateTimeField()
    total = serializers.IntegerField()
    done = serializers.IntegerField(help_text="已办的件数，含未办成的")
    finished_at = serializers.DateTimeField(allow_null=True)
    refused = BulkRefusalSerializer(many=True)
