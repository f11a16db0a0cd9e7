"""The living page of the design system: every component in all its states, with content of this field."""

import datetime as dt
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

NUMBER = "330199261013000128X"


class SampleForm(forms.Form):
    """One field of each kind a page may draw; bound to a half-filled example, so that errors show."""

    required_css_class = "required"

    name = forms.CharField(
        label="企业名称", help_text="与企业名称自主申报通知一致，例如：示例区老街面馆有限公司"
    )
    capital = forms.DecimalField(label="注册资本", help_text="认缴出资，自公司成立之日起五年内缴足")
    phone = forms.RegexField(
        r"^1\d{10}$",
        label="联系电话",
        error_messages={"invalid": "请填写 11 位手机号，例如 13800000000"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    handling = forms.ChoiceField(
        label="证照怎么给您",
        choices=[
            ("window", "到一个窗口统一领取"),
            ("courier", "政务专递，邮寄到家"),
            ("electronic", "只要电子证照"),
        ],
        widget=forms.RadioSelect,
    )
    members = forms.MultipleChoiceField(
        label="要一起办的事项",
        required=False,
        choices=[
            ("SCJG-007", "食品经营许可（新办）"),
            ("GAJ-003", "公章刻制备案"),
            ("CGJ-001", "户外广告（店招）设施设置审批"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(
        label="经营业态",
        choices=[
            ("", "请选择"),
            ("restaurant", "餐饮服务经营者"),
            ("retail", "食品销售经营者"),
            ("canteen", "单位食堂"),
        ],
    )
    reason = forms.CharField(
        label="情况说明", required=False, max_length=500, widget=forms.Textarea, help_text="最多 500 字"
    )
    plan = forms.FileField(label="经营场所布局图", help_text="PDF、JPG 或 PNG，不超过 10 MB")
    promise = forms.BooleanField(label="我已阅读并承诺所填内容和所交材料真实、有效")


class SampleFilter(forms.Form):
    """The filters of a department queue, as an example."""

    q = forms.CharField(label="申报号或申请人", required=False)
    urgency = forms.MultipleChoiceField(
        label="时限",
        required=False,
        choices=[("late", "已超期"), ("today", "今天到期"), ("soon", "两日内到期")],
        widget=forms.CheckboxSelectMultiple,
    )
    step = forms.ChoiceField(
        label="环节", required=False, choices=[("", "全部"), ("review", "审查"), ("site", "现场核查")]
    )


def _moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=timezone.get_default_timezone())


def _timeline() -> list[dict[str, Any]]:
    receipt = {"label": "受理通知书", "url": "#paper"}
    return [
        {"title": "提交申请", "at": _moment(12, 20, 41), "who": "李晓敏（本人，网上）", "state": "done"},
        {
            "title": "受理",
            "at": _moment(13, 9, 6),
            "who": "综合窗口 周颖",
            "state": "done",
            "documents": [receipt],
        },
        {"title": "营业执照已制发", "at": _moment(13, 15, 22), "who": "市场监督管理局", "state": "done"},
        {
            "title": "食品经营许可：现场核查",
            "at": _moment(14, 10),
            "who": "市场监督管理局 两名核查员",
            "text": "核查期间时限照常计算。",
            "state": "current",
        },
        {"title": "作出决定", "state": "future"},
        {"title": "统一出件", "text": "全部证照备齐后一起寄出。", "state": "future"},
    ]


def _queue() -> list[dict[str, Any]]:
    rows = [
        (
            "330199261009000031K",
            "示例区老街面馆有限公司",
            "食品经营许可（新办）",
            "审查",
            _moment(12, 17),
            -1,
            "late",
            ("红牌", "card-red"),
        ),
        (
            "3301992610120001056",
            "王建国",
            "户外广告（店招）设施设置审批",
            "现场核查",
            _moment(13, 17),
            0,
            "soon",
            ("黄牌", "card-yellow"),
        ),
        (
            NUMBER,
            "李晓敏",
            "食品经营许可（新办）",
            "现场核查",
            _moment(14, 17),
            1,
            "soon",
            ("预警", "card-notice"),
        ),
        (
            "3301992610130001303",
            "示例区阳光幼儿园",
            "公众聚集场所投入使用、营业前消防安全检查",
            "审查",
            _moment(20, 17),
            5,
            "",
            ("待领取", "neutral"),
        ),
    ]
    names = ("number", "applicant", "matter", "step", "due", "days_left", "urgency", "status")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _samples() -> dict[str, Any]:
    qr_svg = segno.make(f"https://example.invalid/verify/{NUMBER}", error="m").svg_inline(scale=4, border=2)
    return {
        "form": SampleForm(
            {
                "name": "示例区老街面馆有限公司",
                "phone": "1380000",
                "handling": "courier",
                "members": ["SCJG-007"],
            }
        ),
        "filter_form": SampleFilter({"urgency": ["today"]}),
        "bar_form": SampleFilter({}, prefix="bar"),
        "handling_hints": {
            "window": "政务服务中心 1 楼统一出件窗口，工作日 9:00–17:00，凭身份证一次领齐",
            "courier": "全部证照装一个包裹，免费寄送，约 2 天到",
            "electronic": "办结即可在“我的证照”里查看，与纸质证照同等有效",
        },
        "qr_svg": mark_safe(qr_svg),  # noqa: S308 - drawn by segno from our own text
        "verify_code": "VX7K-29QM-4T",
        "number": NUMBER,
        "due": _moment(16, 17),
        "tomorrow": _moment(14, 17),
        "timeline": _timeline(),
        "queue": _queue(),
        "issuer": "示例区市场监督管理局",
        "issued_on": _moment(13, 9),
        "desks": _desks(),
        **_figures(),
        **_guide(),
    }


def _desks() -> list[dict[str, Any]]:
    return [
        {"label": "综合窗口", "url": "#workspace", "active": False},
        {"label": "市场监管局待办", "url": "#workspace", "active": True, "count": 12},
        {"label": "统一出件", "url": "#workspace", "active": False, "count": 3},
    ]


def _figures() -> dict[str, Any]:
    return {
        "stats": [
            {"label": "今天收件", "value": 128, "unit": "件"},
            {"label": "今天办结", "value": 117, "unit": "件", "tone": "success"},
            {"label": "明天到期", "value": 6, "unit": "件", "tone": "warning"},
            {"label": "已超期", "value": 1, "unit": "件", "tone": "danger"},
        ],
        "departments": [
            {"label": "市场监督管理局", "value": 46},
            {"label": "公安局", "value": 31},
            {"label": "自然资源和规划局", "value": 22},
            {"label": "人力资源和社会保障局", "value": 18},
            {"label": "卫生健康局", "value": 9, "note": "含计划生育服务"},
        ],
        "trips": [
            {"label": "零跑腿", "value": 84},
            {"label": "跑一次", "value": 39},
            {"label": "跑两次", "value": 4},
            {"label": "三次及以上", "value": 1},
        ],
    }


def _guide() -> dict[str, Any]:
    return {
        "reasons": [
            "网上提交即受理，不用到窗口交原件",
            "营业执照等 4 份材料由部门之间流转，您不用再交",
            "现场核查由两名核查员上门，不算您跑腿",
            "证照备齐后一个包裹免费寄到家",
        ],
        "facts": [
            {
                "label": "承诺办结",
                "was": "20 个工作日",
                "value": "7 个工作日",
                "note": "自受理之日起，法定 20 个工作日",
            },
            {"label": "要交的材料", "was": "34 份", "value": "20 份", "note": "14 份免提交"},
            {"label": "收费", "value": "不收费", "note": "邮寄也免费"},
        ],
        "matters": [
            {
                "name": "公司设立登记",
                "everyday_name": "注册公司 / 领营业执照",
                "url": "#matter",
                "trips": 1,
                "time": "当场办结",
            },
            {
                "name": "城乡居民基本医疗保险参保登记（新生儿）",
                "everyday_name": "给宝宝上医保",
                "url": "#matter",
                "trips": 0,
                "time": "当场办结",
                "free_materials": 3,
            },
            {
                "name": "不动产转移登记（存量房买卖）",
                "everyday_name": "二手房过户",
                "url": "#matter",
                "trips": 1,
                "time": "1 个工作日",
            },
        ],
        "themes": [
            {"url": "#themes", "title": "生育收养", "text": "出生证明、户口、医保", "icon_name": "baby"},
            {"url": "#themes", "title": "住房安居", "text": "过户、抵押、公积金", "icon_name": "house"},
            {"url": "#themes", "title": "证件办理", "text": "护照、通行证、社保卡", "icon_name": "passport"},
            {"url": "#themes", "title": "企业开办", "text": "执照、公章、税务", "icon_name": "shop"},
            {"url": "#themes", "title": "投资项目", "text": "备案、用地、规划", "icon_name": "factory"},
            {"url": "#themes", "title": "社会救助", "text": "补贴、就业援助", "icon_name": "heart"},
        ],
        "steps": [
            {"title": "网上提交", "text": "登录后填写，可以随时保存，约 10 分钟。", "state": "done"},
            {"title": "一次受理", "text": "材料齐全当天受理；缺什么一次告诉您。", "state": "current"},
            {"title": "部门并行办理", "text": "市场监管、公安、税务同时办，不用您跑。"},
            {"title": "统一出件", "text": "全部证照一次给您。"},
        ],
        "tasks": [
            {"label": "申请人信息", "url": "#tasks", "state": "done", "hint": "已从电子身份凭证读取"},
            {"label": "企业基本情况", "url": "#tasks", "state": "doing", "hint": "还差 2 项"},
            {
                "label": "上传材料",
                "url": "#tasks",
                "state": "error",
                "hint": "经营场所布局图看不清，请重新拍照",
            },
            {"label": "怎么领证", "url": "#tasks", "state": "todo"},
            {"label": "核对并提交", "state": "locked", "hint": "前面各项完成后可以提交"},
        ],
        "summary": [
            {"label": "企业名称", "value": "示例区老街面馆有限公司", "url": "#summary"},
            {
                "label": "经营场所",
                "value": "示例区平水街道老街 18 号\n一层、二层",
                "url": "#summary",
                "note": "与不动产登记一致",
            },
            {"label": "注册资本", "value": "50 万元", "url": "#summary"},
            {"label": "备注", "value": "", "url": "#summary", "action": "填写"},
        ],
        "files": [
            {
                "name": "经营场所布局图.pdf",
                "meta": "PDF · 1.2 MB · 已上传",
                "url": "#files",
                "remove_url": "#files",
            },
            {"name": "健康证明.jpg", "error": "图片太暗看不清，请重新拍照后上传"},
        ],
    }


def _show(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    """Render a sample page, but only where DEBUG or DEMO is on."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, f"styleguide/{template}.html", {**_samples(), **more})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states."""
    return _show(request, "styleguide")


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the frame of the staff: filters, list, detail, and the actions that stay."""
    return _show(request, "desk", workspaces=_desks())


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Show an official document on the screen, ready for A4."""
    title, number = "受理通知书", "示市监许受字〔2026〕第0128号"
    return _show(request, "paper", document_title=title, document_number=number)
