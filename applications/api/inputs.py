"""What the API takes for applications and tasks, with examples that can be tried."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from applications.enums import BulkKind, Channel, DecisionOutcome, DeliveryMethod, Secrecy, TaskOutcome
from applications.models.bulk import MOST_TASKS
from core.enums import ApplicantKind, IdType

OUTCOMES = [(each.value, each.label) for each in (TaskOutcome.PASS, TaskOutcome.OBJECT)]
CHANNELS = [(each.value, each.label) for each in (Channel.API, Channel.COUNTER)]


def taken(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """Return the validated body of a request."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def optional_text(label: str, max_length: int, *, help_text: str | None = None) -> serializers.CharField:
    """Return a field for a text that may be left out or empty; it is empty then."""
    return serializers.CharField(
        label=label,
        max_length=max_length,
        required=False,
        default="",
        allow_blank=True,
        help_text=help_text,
    )


def example(name: str, **value: Any) -> Any:
    """Return a decorator that shows this value as a request the serializer takes."""
    return extend_schema_serializer(examples=[OpenApiExample(name, value=value, request_only=True)])


class NewApplicantSerializer(serializers.Serializer):
    """The person or organisation a counter files for; found by identity, or created."""

    kind = serializers.ChoiceField(ApplicantKind.choices, label="类型")
    name = serializers.CharField(max_length=100, label="姓名或名称")
    id_type = serializers.ChoiceField(IdType.choices, label="证件类型")
    id_number = serializers.CharField(max_length=30, label="证件号码")
    phone = serializers.CharField(max_length=20, label="手机号码")
    address = optional_text("联系地址", 400)
    contact_name = optional_text("联系人", 100, help_text="单位必填")


APPLICANT_EXAMPLE = {
    "kind": "natural",
    "name": "李建国",
    "id_type": "111",
    "id_number": "330199196807210350",
    "phone": "13800000002",
}


@extend_schema_serializer(
    examples=[
        OpenApiExample("单个事项", value={"matter": "SCJG-001"}, request_only=True),
        OpenApiExample(
            "一件事，含一个可选事项", value={"bundle": "B01", "chosen": ["XFJ-001"]}, request_only=True
        ),
        OpenApiExample(
            "窗口代为申报",
            value={"matter": "SCJG-001", "channel": "counter", "applicant": APPLICANT_EXAMPLE},
            request_only=True,
        ),
    ]
)
class StartSerializer(serializers.Serializer):
    """Start a draft: one matter, or a bundle with its chosen optional members (matter codes)."""

    matter = serializers.CharField(required=False, max_length=64, label="事项编码")
    bundle = serializers.CharField(required=False, max_length=64, label="一件事编码")
    chosen = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        default=list,
        max_length=100,
        label="可选事项编码",
    )
    answers = serializers.DictField(
        child=serializers.CharField(max_length=100),
        required=False,
        default=dict,
        label="所选情形",
        help_text="问题的键 → 答案的键，与指南的情形相同",
    )
    channel = serializers.ChoiceField(CHANNELS, required=False, default=Channel.API, label="渠道")
    applicant = NewApplicantSerializer(required=False, label="申请人", help_text="窗口代为申报时必填")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("matter" in attrs) == ("bundle" in attrs):
            raise serializers.ValidationError({"matter": "请提供 matter 或 bundle 其中一个。"})
        if attrs["channel"] == Channel.COUNTER and "applicant" not in attrs:
            raise serializers.ValidationError({"applicant": "窗口申报请提供申请人。"})
        return attrs


@example(
    "政务专递送达",
    subject="江畔小馆（人民路8号）",
    detail="经营面积80平方米",
    delivery_method="courier",
    recipient_name="陈晓岚",
    recipient_phone="13800000001",
    recipient_address="示例区人民路8号",
)
class AnswersSerializer(serializers.Serializer):
    """What the applicant fills in once, for all matters of the application."""

    subject = serializers.CharField(max_length=200, label="办理对象")
    detail = optional_text("补充说明", 2000)
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        default=list,
        max_length=100,
        label="符合的情形",
        help_text="符合其情形的材料的 key",
    )
    delivery_method = serializers.ChoiceField(
        DeliveryMethod.choices, required=False, default=DeliveryMethod.WINDOW, label="领取方式"
    )
    recipient_name = optional_text("收件人", 100)
    recipient_phone = optional_text("收件电话", 20)
    recipient_address = optional_text("收件地址", 400)


@example("委托他人办理", answers={"agent": "agent"})
class SituationsSerializer(serializers.Serializer):
    """Which situation it is; questions not named keep their answers, those no longer asked lose them."""

    answers = serializers.DictField(
        child=serializers.CharField(max_length=100),
        label="所选情形",
        help_text="问题的键 → 答案的键，与指南的情形相同",
    )


@example("加办消防安全检查", chosen=["XFJ-001"])
class MembersSerializer(serializers.Serializer):
    chosen = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=100, label="可选事项编码"
    )


class PapersSerializer(serializers.Serializer):
    """Which materials the window holds on paper; those not named are unticked while it is a draft."""

    materials = serializers.ListField(child=serializers.IntegerField(), max_length=500, label="材料 id")


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True, label="文件", help_text="PDF、JPG 或 PNG")


@extend_schema_serializer(
    examples=[
        OpenApiExample("申请人自己提交", value={}, request_only=True),
        OpenApiExample("窗口代为申报", value={"confirmed": True}, request_only=True),
    ]
)
class SubmitSerializer(serializers.Serializer):
    """Hand in a draft; who types for somebody else says that they have checked it."""

    confirmed = serializers.BooleanField(
        required=False, default=False, label="申请人已核对并确认", help_text="窗口代为申报时须为 true"
    )


class CaseRefusalSerializer(serializers.Serializer):
    case = serializers.IntegerField(label="办件 id")
    reason = serializers.CharField(max_length=1000, label="理由")
    competent_authority = serializers.CharField(max_length=200, label="应向何机关申请")


class AcceptSerializer(serializers.Serializer):
    refusals = CaseRefusalSerializer(
        many=True, required=False, default=list, label="不予受理的办件", help_text="其余一次受理"
    )


@example("不属本机关", reason="申请事项不属于本机关职权范围。", competent_authority="示例区税务局")
class RefuseSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1000, label="理由")
    competent_authority = serializers.CharField(max_length=200, label="应向何机关申请")


class ItemSerializer(serializers.Serializer):
    what = serializers.CharField(max_length=200, label="需补正的内容")
    reason = serializers.CharField(max_length=400, label="原因")
    how = optional_text("如何补正", 400)
    material_id = serializers.IntegerField(required=False, allow_null=True, default=None, label="材料 id")


@example(
    "一项",
    items=[{"what": "经营场所使用证明", "reason": "租赁合同缺少签字页", "how": "补传签字页"}],
    workdays=10,
)
class AskCorrectionSerializer(serializers.Serializer):
    """The one notice: everything that must be put right, told once."""

    items = ItemSerializer(many=True, label="补正内容")
    workdays = serializers.IntegerField(
        required=False, default=10, label="期限", help_text="1 到 60 个工作日"
    )


class AnswerSerializer(serializers.Serializer):
    item = serializers.IntegerField(label="补正项 id")
    answer = serializers.CharField(max_length=1000, allow_blank=True, label="如何补正")


class AnswerCorrectionSerializer(serializers.Serializer):
    """An item whose material has a new file or paper needs no sentence."""

    answers = AnswerSerializer(many=True, required=False, default=list, label="逐项答复")
    papers = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        default=list,
        max_length=500,
        label="窗口收到的纸质材料 id",
        help_text="仅窗口",
    )


@example("补齐", case=1, note="土地出让合同已签订")
class SupplySerializer(serializers.Serializer):
    """What a simulated opinion lists, handed in together; files are uploaded to its materials before."""

    case = serializers.IntegerField(min_value=1, max_value=10**18, label="办件 id")
    note = optional_text("补齐说明", 1000)
    papers = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        default=list,
        max_length=500,
        label="窗口收到的纸质材料 id",
        help_text="仅窗口",
    )


@example("暂不办理", reason="暂不开业，撤回申请。")
class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=400, label="理由")


@example("答复", answer="通道够宽，无意见。")
class ConsultationAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(
        max_length=4000, label="答复意见", help_text="只能答复一次；没有意见的，请写“无意见”"
    )


@example("核查记录", finding="现场与申报一致。")
class FindingSerializer(serializers.Serializer):
    finding = serializers.CharField(max_length=4000, label="记录")
    seen_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, label="到达现场时间", help_text="现场核查必填"
    )
    place = optional_text("现场地点", 200, help_text="现场核查必填")


@example("通过", outcome="pass", opinion="材料齐全、符合法定形式，同意。")
class CompleteSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(OUTCOMES, label="结论")
    opinion = serializers.CharField(max_length=4000, label="意见")


@example("准予", outcome="granted", reasons="")
class DecideSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(DecisionOutcome.choices, label="决定")
    facts = optional_text("事实", 4000, help_text="不予时必填")
    reasons = optional_text("理由", 4000, help_text="不予时必填；准予时为附带条件")
    basis = optional_text("依据", 4000, help_text="缺省为事项的设定依据")
    secrecy = serializers.ChoiceField(
        Secrecy.choices,
        required=False,
        default="",
        allow_blank=True,
        label="不予公开的情形",
        help_text="缺省为公开：准予的行政许可在7个工作日内公示",
    )
    secrecy_reason = optional_text("不予公开的原因", 400)


@example("按回执查询", number="330199260914000001X", query_code="7K3M9Q")
class ProgressQuerySerializer(serializers.Serializer):
    number = serializers.CharField(max_length=64, label="申报号")
    query_code = serializers.CharField(max_length=64, label="查询码")


@example("批量通过", kind="pass", tasks=[1201, 1202], text="材料齐全、符合法定形式。")
class BulkSerializer(serializers.Serializer):
    """One act on up to 500 tasks; whether each allows it is asked when its turn comes."""

    kind = serializers.ChoiceField(BulkKind.choices, label="办理")
    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18),
        min_length=1,
        max_length=MOST_TASKS,
        label="任务",
    )
    text = optional_text("意见或原因", 4000, help_text="通过和转交时必填")
    to = optional_text("交给", 64, help_text="转交时必填：同事的用户名")
