"""Deciding: drafts and countersignatures, simulated decisions, what is not published, checks after a commitment."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.enums import DecisionOutcome, DraftStatus, Secrecy
from applications.selectors import supplies
from applications.services import drafting, post_checks, publicity, simulating, supplying
from core import clock
from core.clock import local_date


def text(label: str, *, rows: int = 3, required: str = "", help_text: str = "") -> forms.CharField:
    """Return a field for a longer text; `required` is the sentence for somebody who leaves it empty."""
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=bool(required),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


def day(label: str, *, required: str, help_text: str = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": required, "invalid": "请填写日期，例如 2026-09-30。"},
    )


def outcome(label: str, *, prefix: str = "") -> forms.ChoiceField:
    """Return the choice between granting and denying."""
    return forms.ChoiceField(
        label=label,
        choices=[(each.value, f"{prefix}{each.label}") for each in DecisionOutcome],
        widget=forms.RadioSelect,
        error_messages={"required": f"请选择“{prefix}准予”或“{prefix}不予”。"},
    )


class DraftForm(TaskActForm):
    outcome = outcome("拟作决定")
    facts = text("查明的事实", help_text="不予时必须填写")
    reasons = text("理由", help_text="不予时必须填写；准予时可写附带条件")
    basis = text("依据", rows=2, help_text="留空则引用事项清单所列依据")
    send = forms.BooleanField(
        label="送负责人核签", required=False, help_text="核签的是这里的原文，之后改动须重新核签"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        found = drafting.live_draft(self.task.case)
        self.initial = {"basis": self.task.case.version.legal_basis}
        if found:
            self.initial = vars(drafting.Text.of(found))
        demands = [drafting.needs_countersign(self.task.step, each) for each in DecisionOutcome.values]
        self.initial["send"] = any(demands) or bool(found and found.status != DraftStatus.DRAFT)


class CountersignForm(TaskActForm):
    """The head agrees to the text that stands beside; there is nothing to fill in, but it says which text was read."""

    seen = forms.ChoiceField(
        label="拟稿",
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid_choice"), drafting.CHANGED_SINCE),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if found := drafting.live_draft(self.task.case):
            text = drafting.Text.of(found)
            said = (found.get_outcome_display(), text.facts, text.reasons, text.basis)
            self.fields["seen"].choices = [(text.mark, "；".join(filter(None, said)))]
            self.initial["seen"] = text.mark


class ReturnForm(TaskActForm):
    reason = text("退回原因", required="请写明退回原因，拟稿人据此修改。", help_text="拟稿人会看到")


class SimulateForm(TaskActForm):
    outcome = outcome("模拟意见", prefix="模拟")
    missing = forms.MultipleChoiceField(
        label="还缺哪些前置条件",
        required=False,
        help_text="申请人之后只补这里勾选的，不会再要别的；模拟不予的，不用管",
        widget=forms.CheckboxSelectMultiple,
    )
    conditions = text(
        "条件或理由",
        required="请写明转为正式决定须具备的条件；模拟不予的，写明理由。",
        help_text="模拟准予的，写明补齐什么可转为正式决定；模拟不予的，写明理由。会写进意见书",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = supplies.prerequisites(self.task.case)
        self.fields["missing"].choices = [(each.key, each.name) for each in offered]
        self.initial["missing"] = [each.key for each in offered]


class ConvertForm(TaskActForm):
    handed_in = text("补齐了什么", required="请写明申请人补齐了哪些前置条件。", help_text="会写进决定")
    handed_in_on = day("补齐日期", required="请填写补齐的日期。")
    conditions = text("附带条件", help_text="没有可不填")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        handed = supplies.open_supply(self.task.case)
        if handed:
            names = "、".join(each.name for each in supplies.listed(handed.opinion))
            self.initial |= {"handed_in": names, "handed_in_on": local_date(handed.supplied_at).isoformat()}


class ReturnSupplyForm(TaskActForm):
    unfit = forms.MultipleChoiceField(
        label="哪些材料不符",
        widget=forms.CheckboxSelectMultiple,
        help_text="只能从模拟意见列出的材料中选",
        error_messages={"required": "请勾选哪些材料不符。"},
    )
    reason = text(
        "为什么不符，怎样才相符", required="请写明为什么不符，申请人会看到。", help_text="申请人会看到"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        handed = supplies.open_supply(self.task.case)
        found = supplies.listed(handed.opinion) if handed else []
        self.fields["unfit"].choices = [(str(each.pk), each.name) for each in found]


class ReopenForm(TaskActForm):
    reason = text("原因", required="请写明为什么重新审查，申请人会看到。", help_text="申请人会看到")


class WithholdForm(TaskActForm):
    secrecy = forms.ChoiceField(
        label="不予公开的情形", choices=Secrecy.choices, widget=forms.RadioSelect, required=True
    )
    secrecy_reason = text("原因", required="请写明原因。", help_text="留存备查，不对外显示")


class MendingForm(TaskActForm):
    findings = text("没有达标的情况和整改要求", required="请写明哪些地方没有达到承诺的条件、怎样整改。")
    due_on = day("整改期限", required="请填写整改期限。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        last = post_checks.last_day_to_mend(clock.now())
        self.fields["due_on"].help_text = f"到这一天为止，期满后再次核查；最迟{last:%Y年%-m月%-d日}"


class RevokeForm(TaskActForm):
    facts = text("核查查明的事实", required="请写明核查查明的事实。", help_text="会写进撤销决定书")
    reasons = text("撤销的理由", required="请写明撤销的理由，申请人有权知道。", help_text="会写进撤销决定书")
    basis = text("依据", rows=2, help_text="留空则引用行政许可法第六十九条")


ACTS = (
    TaskAct(
        key="draft-decision",
        label="拟决定",
        icon="pen",
        hint="先写好决定的内容，由决定人签发；须核签的，送部门负责人核签后签发。",
        done="拟稿已保存",
        form=DraftForm,
        check=drafting.check_draft,
        serve=drafting.draft,
    ),
    TaskAct(
        key="countersign",
        label="核签同意",
        icon="check",
        hint="同意拟稿原文，决定人即可签发；之后改动一个字都要重新核签。",
        done="已核签，决定人可以签发了",
        form=CountersignForm,
        check=drafting.check_countersign,
        serve=drafting.countersign,
    ),
    TaskAct(
        key="return-draft",
        label="退回拟稿",
        icon="undo",
        hint="写明要改什么，退给拟稿人。",
        done="已退回拟稿人",
        form=ReturnForm,
        check=drafting.check_return,
        serve=drafting.send_back,
        tone="danger",
    ),
    TaskAct(
        key="simulate",
        label="出具模拟意见",
        icon="stamp",
        hint="申请人选择了模拟审批：前置条件还没有取得，先行审查。模拟意见不是许可决定，出具后时限停止计算。",
        done="模拟意见已出具，补齐后在这里转为正式决定",
        form=SimulateForm,
        check=simulating.check_simulate,
        serve=simulating.simulate,
        back_to="queue",
    ),
    TaskAct(
        key="convert",
        label="转为正式决定",
        icon="stamp",
        hint="核对补齐的前置条件与模拟意见相符，作出正式的准予决定。只能转一次。",
        done="已转为正式决定，结果文书正在制作",
        form=ConvertForm,
        check=simulating.check_convert,
        serve=simulating.convert,
        back_to="queue",
    ),
    TaskAct(
        key="return-supply",
        label="退回补齐的材料",
        icon="undo",
        hint="写明交来的哪些不符、为什么：申请人重新补齐这些，其他的不再要。时限停止计算，等再次补齐时重新起算。",
        done="已告知申请人哪些不符",
        form=ReturnSupplyForm,
        check=supplying.check_return,
        serve=supplying.send_back,
        back_to="queue",
        tone="danger",
    ),
    TaskAct(
        key="reopen",
        label="重新审查",
        icon="undo",
        hint="情况与模拟意见不符：模拟意见不再有效，由您按现在的情况作出决定。时限从补齐之日起算，没有补齐的从今天起算。",
        done="已重新开始审查",
        form=ReopenForm,
        check=simulating.check_reopen,
        serve=simulating.reopen,
        tone="danger",
    ),
    TaskAct(
        key="withhold",
        label="不予公开",
        icon="lock",
        hint="准予的行政许可应当公示；涉及国家秘密、商业秘密、个人隐私的除外（行政许可法第五条）。",
        done="已设为不予公开",
        form=WithholdForm,
        check=publicity.check_withhold,
        serve=publicity.withhold,
        tone="danger",
    ),
    TaskAct(
        key="order-mending",
        label="限期整改",
        icon="alert",
        hint="没有达到承诺的条件，可以整改的：书面通知申请人，到期再核查一次，不能再次责令整改。",
        done="已通知申请人限期整改",
        form=MendingForm,
        check=post_checks.check_order_mending,
        serve=post_checks.order_mending,
        back_to="queue",
    ),
    TaskAct(
        key="revoke",
        label="撤销决定",
        icon="cross-circle",
        hint="撤销已作出的准予决定：结果文书即时失效，核验页面显示已撤销，申请人收到撤销决定书和救济途径。不能恢复。",
        done="决定已撤销",
        form=RevokeForm,
        check=post_checks.check_revoke,
        serve=post_checks.revoke,
        back_to="queue",
        tone="danger",
    ),
)
