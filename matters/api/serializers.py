"""The catalogue as the API shows it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matters.catalogue.differences import Difference
from matters.checks.deviations import Standing
from matters.enums import TemplateLevel
from matters.models import Bundle, BundleDependency, Department, Material, MatterVersion, ServicePoint, Step
from matters.presenters import limit_text
from matters.selectors.templates import adoption_of


class DepartmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = (
            "code",
            "name",
            "uscc",
            "level",
            "region_code",
            "consult_phone",
            "complaint_phone",
            "hall_hours",
        )


class ServicePointSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServicePoint
        fields = ("code", "name", "kind", "address", "hours", "phone")


class MaterialSerializer(serializers.ModelSerializer):
    class Meta:
        model = Material
        fields = (
            "key",
            "name",
            "material_type",
            "form",
            "originals",
            "copies",
            "source_channel",
            "issuer",
            "necessity",
            "tolerable_missing",
            "shared_data",
            "condition",
            "when",
            "generated",
            "basis",
            "filling_note",
        )


class StepSerializer(serializers.ModelSerializer):
    department = serializers.CharField(source="department.code")

    class Meta:
        model = Step
        fields = (
            "key",
            "name",
            "kind",
            "department",
            "after",
            "join",
            "lead",
            "days",
            "unit",
            "staff_min",
            "counts_time",
            "countersign",
            "when",
        )


class MatterSummarySerializer(serializers.ModelSerializer):
    """One published matter in a list."""

    code = serializers.CharField(source="matter.code")
    department = serializers.CharField(source="matter.department.code")
    version = serializers.IntegerField(source="number")
    promised_limit = serializers.SerializerMethodField(help_text="承诺办结时限，如“5个工作日”")
    state = serializers.CharField(source="matter.state", help_text="事项状态：1 在用，2 暂停，3 取消")
    state_since = serializers.DateTimeField(
        source="matter.state_since", allow_null=True, help_text="暂停或取消从何时起；在用的是 null"
    )
    state_reason = serializers.CharField(source="matter.state_reason", help_text="暂停或取消的原因")
    instead = serializers.CharField(source="matter.instead", help_text="暂停或取消后申请人怎么办")

    class Meta:
        model = MatterVersion
        fields = (
            "code",
            "name",
            "everyday_name",
            "department",
            "version",
            "state",
            "state_since",
            "state_reason",
            "instead",
            "item_type",
            "topic",
            "service_objects",
            "case_type",
            "promised_limit",
            "max_trips",
            "trips_before_reform",
            "handling_forms",
        )

    @extend_schema_field(str)
    def get_promised_limit(self, version: MatterVersion) -> str:
        return limit_text(version.promised_value, version.promised_unit)


class MatterSerializer(MatterSummarySerializer):
    """The whole guide of one matter."""

    statutory_limit = serializers.SerializerMethodField(help_text="法定办结时限")
    content = serializers.JSONField(help_text="办事指南的全部要素，与目录文件中的写法相同")
    materials = MaterialSerializer(many=True)
    steps = StepSerializer(many=True)

    class Meta(MatterSummarySerializer.Meta):
        fields = (
            *MatterSummarySerializer.Meta.fields,
            "published_at",
            "statutory_limit",
            "statutory_note",
            "on_site_reason",
            "presence",
            "fee",
            "express_supported",
            "e_certificate",
            "acceptance_conditions",
            "legal_basis",
            "result_name",
            "result_kind",
            "result_validity",
            "delivery_options",
            "materials",
            "steps",
            "content",
        )

    @extend_schema_field(str)
    def get_statutory_limit(self, version: MatterVersion) -> str:
        return limit_text(version.statutory_value, version.statutory_unit)


class VersionSummarySerializer(serializers.ModelSerializer):
    """One version of a matter in a list."""

    version = serializers.IntegerField(source="number")

    class Meta:
        model = MatterVersion
        fields = ("version", "name", "status", "published_at", "effective_on", "cancel_on", "digest")


class DeviationSerializer(serializers.Serializer):
    """One element that a guide says otherwise than the template it adopted."""

    element = serializers.CharField(help_text="要素，列表中的项以其键标明，如 materials(ID).originals")
    label = serializers.CharField(source="difference.label", help_text="要素名称")
    template_says = serializers.CharField(help_text="模板所说")
    guide_says = serializers.CharField(help_text="本地所说")
    reason = serializers.CharField(source="why", help_text="为什么不同")
    standing = serializers.ChoiceField(
        choices=Standing.choices, help_text="allowed 可以，unexplained 须说明理由，forbidden 不得不同"
    )


class AdoptedTemplateSerializer(serializers.Serializer):
    """The version of a template that a guide adopted."""

    code = serializers.CharField(source="template.code", help_text="模板编码")
    version = serializers.IntegerField(source="template.number", help_text="采用的版本")
    newest = serializers.IntegerField(help_text="模板最新的版本")
    level = serializers.ChoiceField(
        source="template.level", choices=TemplateLevel.choices, help_text="1 国家，2 省级"
    )
    name = serializers.CharField(source="template.name")
    issuer = serializers.CharField(source="template.issuer", help_text="发布机关")
    deviations = DeviationSerializer(many=True)


class VersionSerializer(VersionSummarySerializer):
    """One version of a matter with all that its guide says."""

    content = serializers.JSONField(help_text="办事指南的全部要素，与目录文件中的写法相同")
    template = serializers.SerializerMethodField(help_text="所依模板和与它不同之处；没有采用模板的为 null")

    class Meta(VersionSummarySerializer.Meta):
        fields = (*VersionSummarySerializer.Meta.fields, "content", "template")

    @extend_schema_field(AdoptedTemplateSerializer(allow_null=True))
    def get_template(self, version: MatterVersion) -> dict[str, Any] | None:
        adoption = adoption_of(version)
        return AdoptedTemplateSerializer(adoption).data if adoption else None


class DifferenceSerializer(serializers.Serializer):
    """One element that two versions say differently."""

    section = serializers.CharField(help_text="所在部分")
    label = serializers.CharField(help_text="要素名称")
    place = serializers.CharField(help_text="要素位置，如 materials[2].basis")
    before = serializers.CharField(help_text="旧版所说")
    after = serializers.CharField(help_text="新版所说")

    def to_representation(self, instance: Difference) -> dict[str, Any]:
        return super().to_representation(instance)


class DependencySerializer(serializers.ModelSerializer):
    first = serializers.CharField(source="first.code")
    then = serializers.CharField(source="then.code")

    class Meta:
        model = BundleDependency
        fields = ("first", "then", "reason")


class BundleSerializer(serializers.ModelSerializer):
    """One bundle with its members; `optional` ones are the applicant's choice."""

    lead_department = serializers.CharField(source="lead_department.code")
    members = serializers.SerializerMethodField()
    dependencies = DependencySerializer(many=True)

    class Meta:
        model = Bundle
        fields = (
            "code",
            "name",
            "kind",
            "lead_department",
            "lead_rule",
            "promised_workdays",
            "trips_before",
            "trips_after",
            "members",
            "dependencies",
        )

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "matter": {"type": "string"},
                    "name": {"type": "string"},
                    "optional": {"type": "boolean"},
                },
            },
        }
    )
    def get_members(self, bundle: Bundle) -> list[dict[str, Any]]:
        return [
            {
                "matter": member.matter.code,
                "name": member.matter.current.name if member.matter.current else "",
                "optional": member.optional,
            }
            for member in bundle.members.all()
        ]
