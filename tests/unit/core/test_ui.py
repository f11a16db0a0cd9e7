"""The tags of the design system: what they draw from what they are given."""

import datetime as dt

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from core.models import User
from core.templatetags import ui

UTC_EVENING = dt.datetime(2026, 10, 15, 18, 30, tzinfo=dt.UTC)  # already Friday in China


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Sample(forms.Form):
    phone = forms.RegexField(r"^1\d{10}$", label="联系电话", help_text="11 位手机号")
    handling = forms.ChoiceField(
        label="取件方式", choices=[("window", "窗口"), ("courier", "邮寄")], widget=forms.RadioSelect
    )
    plan = forms.FileField(label="布局图")
    promise = forms.BooleanField(label="我承诺属实")
    kind = forms.ChoiceField(label="业态", choices=[("", "请选择"), ("a", "餐饮")])
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        self.add_error(None, "两项不能同时选择")


# --- dates --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (ui.cn_date, "10月16日（周五）"),
        (ui.cn_date_long, "2026年10月16日（周五）"),
        (ui.cn_day, "2026年10月16日"),
        (ui.cn_datetime, "2026年10月16日 02:30"),
    ],
)
def test_dates_of_an_instant_are_local(write, expected: str) -> None:
    assert write(UTC_EVENING) == expected


def test_cn_date_takes_plain_days() -> None:
    assert ui.cn_date(dt.date(2026, 10, 18)) == "10月18日（周日）"


@pytest.mark.parametrize("write", [ui.cn_date, ui.cn_date_long, ui.cn_day, ui.cn_datetime])
def test_dates_of_nothing_are_empty(write) -> None:
    assert write(None) == ""


# --- status, deadline, trips --------------------------------------------------------------------------------
@pytest.mark.parametrize("tone", ui.TONES)
def test_status_tag_says_its_word_and_has_a_shape(tone: str) -> None:
    html = draw("{% status_tag '已受理' tone %}", tone=tone)
    assert "已受理" in html
    assert f"icons.svg#{ui.TONES[tone]}" in html


def test_status_tag_refuses_an_unknown_tone() -> None:
    with pytest.raises(KeyError):
        draw("{% status_tag '已受理' 'pink' %}")


@pytest.mark.parametrize(
    ("days_left", "words", "state"),
    [
        (3, "还剩3个工作日", "ample"),
        (1, "还剩1个工作日", "soon"),
        (0, "今天到期", "soon"),
        (-2, "已超期2个工作日", "late"),
    ],
)
def test_deadline_counts_working_days(days_left: int, words: str, state: str) -> None:
    html = draw("{% deadline due days %}", due=dt.date(2026, 10, 16), days=days_left)
    assert words in html
    assert f"deadline--{state}" in html
    assert "10月16日（周五）" in html


def test_deadline_that_is_over_says_whether_it_was_kept() -> None:
    day = dt.date(2026, 10, 16)
    assert "按期办结" in draw("{% deadline due 2 done=True %}", due=day)
    assert "办结时已超期2个工作日" in draw("{% deadline due -2 done=True %}", due=day)


def test_deadline_paused_says_why_and_not_how_late() -> None:
    html = draw("{% deadline due -2 '专家评审' %}", due=dt.date(2026, 10, 16))
    assert "计时已暂停：专家评审" in html
    assert "超期" not in html


@pytest.mark.parametrize(("trips", "words"), [(0, "零跑腿"), (1, "最多跑 1 次"), (2, "需跑 2 次")])
def test_trips_badge_says_the_promise(trips: int, words: str) -> None:
    assert words in draw("{% trips_badge trips %}", trips=trips)


def test_trips_badge_explains_only_when_there_are_reasons() -> None:
    assert "<details" not in draw("{% trips_badge 1 %}")
    assert "核对原件" in draw("{% trips_badge 1 reasons %}", reasons=["核对原件"])


# --- buttons ------------------------------------------------------------------------------------------------
def test_button_with_href_is_a_link() -> None:
    html = draw("{% button '返回' href='/x/' kind='quiet' %}")
    assert '<a href="/x/"' in html
    assert "button--quiet" in html


def test_button_turns_keywords_into_attributes() -> None:
    html = draw("{% button '领取' hx_post='/claim/' shortcut='g' %}")
    assert 'hx-post="/claim/"' in html
    assert 'data-shortcut="g"' in html
    assert 'type="submit"' in html
    assert "<kbd" in html


def test_button_escapes_what_people_wrote() -> None:
    html = draw("{% button label value=label %}", label='"><script>')
    assert "<script>" not in html


def test_button_with_a_reason_is_disabled_and_says_it() -> None:
    html = draw("{% button '决定' why_not='受理人不能作决定' href='/x/' %}")
    assert " disabled" in html
    assert "<a " not in html
    assert html.count("受理人不能作决定") == 2  # once to be seen, once inside the button to be heard


def test_post_button_carries_the_token_and_its_values() -> None:
    request = RequestFactory().get("/")
    template = Template("{% load ui %}{% post_button '领取' action='/claim/' fields=fields %}")
    html = template.render(Context({"csrf_token": "token-of-" + request.method, "fields": {"task": 7}}))
    assert 'name="csrfmiddlewaretoken" value="token-of-GET"' in html
    assert '<input type="hidden" name="task" value="7">' in html


# --- fields -------------------------------------------------------------------------------------------------
def test_field_ties_label_hint_and_error_to_the_control() -> None:
    html = draw("{% field form.phone unit='位' width='short' %}", form=Sample({"phone": "123"}))
    assert '<label class="field__label" for="id_phone">' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_phone_helptext"' in html
    assert 'id="id_phone_error"' in html
    assert 'value="123"' in html


def test_field_says_in_plain_words_what_to_do_about_unseen_characters() -> None:
    class Named(forms.Form):
        name = forms.CharField(label="姓名")

    page = draw("{% error_summary form %}{% field form.name %}", form=Named({"name": "甲\0乙"}))
    assert page.count("看不见的字符，请删去后重新输入") == 2
    assert "空字符" not in page


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        (forms.CharField(label="原因", max_length=4), "一二三四五", "最多写4个字，现在有5个字，请删短"),
        (forms.IntegerField(label="天数", min_value=1, max_value=60), "0", "请填1到60之间的数"),
        (forms.IntegerField(label="天数", min_value=1, max_value=60), "61", "请填1到60之间的数"),
        (forms.IntegerField(label="天数", min_value=1), "0", "不能小于1"),
        (forms.IntegerField(label="天数", max_value=9), "10", "不能大于9"),
        (forms.ChoiceField(label="种类", choices=[("a", "甲")]), "x", "请从名单中选择"),
        (forms.ModelChoiceField(label="种类", queryset=User.objects.none()), "7", "请从名单中选择"),
        (forms.CharField(max_length=1, error_messages={"max_length": "一个字。"}), "二字", "一个字。"),
    ],
)
def test_field_says_in_plain_words_what_is_wrong(field, given, said) -> None:
    form = type("Asked", (forms.Form,), {"asked": field})({"asked": given})

    page = draw("{% error_summary form %}{% field form.asked %}", form=form)
    assert page.count(said) == 2
    assert "确保" not in page
    assert "有效的选项" not in page


def test_field_draws_radios_as_cards_with_hints() -> None:
    html = draw("{% field form.handling choice_hints=hints %}", form=Sample(), hints={"courier": "免费"})
    assert "<fieldset" in html
    assert html.count('class="choice"') == 2
    assert "免费" in html


def test_field_marks_what_may_stay_empty() -> None:
    assert "选填" in draw("{% field form.note %}", form=Sample())
    assert "选填" not in draw("{% field form.phone %}", form=Sample())


def test_field_keeps_the_class_of_the_widget() -> None:
    form = Sample()
    form.fields["phone"].widget.attrs["class"] = "digits"
    html = draw("{% field form.phone %}", form=form)
    assert 'class="digits input"' in html


def test_form_fields_draws_hidden_fields_without_labels() -> None:
    html = draw("{% form_fields form %}", form=Sample())
    assert 'type="hidden" name="secret"' in html
    assert html.count("field__label") == 5  # a check box carries its label itself


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("phone", "请填写联系电话"),
        ("handling", "请选择取件方式"),
        ("kind", "请选择业态"),
        ("plan", "请上传布局图"),
        ("promise", "请勾选：我承诺属实"),
    ],
)
def test_error_summary_says_how_to_mend_an_empty_field(name: str, sentence: str) -> None:
    html = draw("{% error_summary form %}", form=Sample({}))
    target = f"id_{name}_0" if name == "handling" else f"id_{name}"
    assert f'<a href="#{target}">{sentence}</a>' in html


def test_error_summary_names_the_field_and_counts_what_no_field_carries() -> None:
    html = draw("{% error_summary form %}", form=Sample({"phone": "123"}))
    assert "联系电话：" in html
    assert "两项不能同时选择" in html
    assert "还有 6 处需要修改" in html


def test_error_summary_asks_for_no_change_where_no_field_is_wrong() -> None:
    form = forms.Form({})
    form.add_error(None, "队列里现在没有您可以领取的任务。")
    html = draw("{% error_summary form %}", form=form)
    assert "这一步没有完成" in html
    assert "处需要修改" not in html
    assert "队列里现在没有您可以领取的任务。" in html


def test_error_summary_of_a_good_or_missing_form_is_empty() -> None:
    assert draw("{% error_summary form nothing %}", form=forms.Form({})).strip() == ""


# --- blocks -------------------------------------------------------------------------------------------------
def test_material_keeps_the_markup_of_its_actions_and_escapes_its_name() -> None:
    html = draw("{% material name=name state='needed' %}<b>上传</b>{% endmaterial %}", name="<章程>")
    assert "<b>上传</b>" in html
    assert "&lt;章程&gt;" in html


def test_block_content_escapes_variables_once() -> None:
    html = draw("{% notice title=title %}{{ title }}{% endnotice %}", title="A&B")
    assert html.count("A&amp;B") == 2


def test_standing_without_content_draws_no_body() -> None:
    assert "standing__body" not in draw("{% standing where='已办结' %}  {% endstanding %}")


def test_table_has_a_caption_and_its_pager() -> None:
    html = draw("{% table caption='待办' next_url='?after=9' %}<tbody></tbody>{% endtable %}")
    assert "<caption>待办" in html
    assert 'href="?after=9" rel="next"' in html
    assert "上一页" not in html


def test_breadcrumbs_end_with_this_page() -> None:
    html = draw("{% breadcrumbs '个人服务' '/themes/' '二手房过户' %}")
    assert '<a href="/themes/">个人服务</a>' in html
    assert '<li aria-current="page">二手房过户</li>' in html


def test_task_list_does_not_link_a_locked_section() -> None:
    html = draw("{% task_list items %}", items=[{"label": "提交", "url": "/submit/", "state": "locked"}])
    assert "/submit/" not in html
    assert "暂不能填写" in html


def test_timeline_links_the_documents_of_an_event() -> None:
    event = {
        "title": "受理",
        "at": timezone.now(),
        "state": "done",
        "documents": [{"label": "通知书", "url": "/d/"}],
    }
    html = draw("{% timeline events %}", events=[event])
    assert 'href="/d/"' in html


# --- figures ------------------------------------------------------------------------------------------------
def test_bar_chart_measures_against_the_largest_and_keeps_a_table() -> None:
    html = draw(
        "{% bar_chart '今天' rows %}", rows=[{"label": "甲", "value": 40}, {"label": "乙", "value": 10}]
    )
    assert 'width="100.0"' in html
    assert 'width="25.0"' in html
    assert html.count("<tr>") == 3


def test_donut_chart_shows_even_a_tiny_part_and_the_total() -> None:
    html = draw(
        "{% donut_chart '跑几次' rows %}", rows=[{"label": "零", "value": 999}, {"label": "三", "value": 1}]
    )
    assert 'stroke-dasharray="0.70 100"' in html
    assert ">1000</text>" in html


@pytest.mark.parametrize("tag", ["bar_chart", "donut_chart"])
def test_charts_of_nothing_do_not_divide_by_zero(tag: str) -> None:
    assert "今天" in draw("{% " + tag + " '今天' rows %}", rows=[{"label": "甲", "value": 0}])


@pytest.mark.parametrize(("key", "shown"), [("g", "G"), ("mod+enter", "Ctrl ↵"), ("mod+s", "Ctrl S")])
def test_shortcut_label_reads_as_on_the_key(key: str, shown: str) -> None:
    assert draw("{{ key|shortcut_label }}", key=key) == shown
