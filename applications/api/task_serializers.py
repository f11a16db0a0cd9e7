"""The departments' work as the API shows it: tasks with their records and acts, questions, lists and figures."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.api.serializers import ApplicationMaterialSerializer
from applications.enums import BulkKind
from applications.models import Consultation, Publication, RecordPhoto, ReviewTask, TaskRecord
from matters.models import StepFigures


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
