"""The rules to begin with; levels and days can be changed by page, from a day on."""

from datetime import date

from django.db import migrations

FROM = date(2019, 1, 1)  # 浙江省保障“最多跑一次”改革规定施行
TO_WARN = ["holder", "head"]
TO_YELLOW = [*TO_WARN, "supervisor"]
TO_RED = [*TO_YELLOW, "auditor", "government"]
RECIPIENTS = {"warning": TO_WARN, "yellow": TO_YELLOW, "red": TO_RED}
PROMISE = "浙江省保障“最多跑一次”改革规定第十二条、第四十三条"
LICENSING = "行政许可法第四十二条、第七十五条"

# code, name, clock kind, level, offset in working days, inclusive, source
CLOCKS = (
    ("promised-warning", "承诺时限将到", "promised", "warning", -2, True, PROMISE),
    ("promised-yellow", "超过承诺时限", "promised", "yellow", 0, False, PROMISE),
    ("statutory-red", "超过法定时限", "statutory", "red", 0, False, LICENSING),
    ("step-warning", "环节时限将到", "step", "warning", 0, True, "部门内部时限"),
    ("step-yellow", "环节超时", "step", "yellow", 0, False, "浙江省保障“最多跑一次”改革规定第四十三条"),
    ("special-warning", "特别程序将结束", "special", "warning", -2, True, "行政许可法第四十五条"),
    ("pre-warning", "网上预受理超时", "pre_acceptance", "warning", 0, False, "电子监察规则"),
    ("pre-yellow", "网上预受理超时3天", "pre_acceptance", "yellow", 3, False, "电子监察规则"),
    ("pre-red", "网上预受理超时5天", "pre_acceptance", "red", 5, False, "电子监察规则"),
    ("acceptance-warning", "决定是否受理将到期", "acceptance", "warning", -1, True, "行政许可法第三十二条"),
    (
        "acceptance-red",
        "逾期不告知是否受理",
        "acceptance",
        "red",
        0,
        False,
        "行政许可法第三十二条、第七十二条",
    ),
    ("certificate-warn", "制证送达将到期", "certificate", "warning", -2, True, "行政许可法第四十四条"),
    ("certificate-yellow", "制证送达超期", "certificate", "yellow", 0, False, "行政许可法第四十四条"),
    ("bundle-warning", "联合办理将到期", "bundle", "warning", -2, True, "行政许可法第四十二条第二款"),
    ("bundle-red", "联合办理超期", "bundle", "red", 0, False, "行政许可法第四十二条第二款、第七十五条"),
    ("project-warning", "项目时限将到", "project", "warning", -2, True, "项目审批承诺"),
    ("project-red", "项目超期", "project", "red", 0, False, "项目审批承诺"),
)
# code, name, breach, level, way, source
BREACHES = (
    (
        "post-check-missed",
        "承诺后核查逾期",
        "post_check_missed",
        "red",
        "automatic",
        "浙江省保障“最多跑一次”改革规定第十四条、第四十三条",
    ),
    ("instant-too-long", "即办件超过一天", "instant_too_long", "yellow", "confirmed", "异常行为监察"),
    (
        "consult-unanswered",
        "征询意见逾期未答复",
        "consult_unanswered",
        "yellow",
        "automatic",
        "电子监察规则（咨询）",
    ),
    ("urging-unanswered", "督办逾期未答复", "urging_unanswered", "yellow", "automatic", "效能监察办法"),
)


def seed(apps, schema_editor):
    rule = apps.get_model("supervision", "CardRule")
    rows = [
        rule(
            code=code,
            name=name,
            clock_kind=kind,
            level=level,
            offset=offset,
            inclusive=inclusive,
            recipients=RECIPIENTS[level],
            source=source,
            in_force_from=FROM,
        )
        for code, name, kind, level, offset, inclusive, source in CLOCKS
    ]
    rows += [
        rule(
            code=code,
            name=name,
            breach=breach,
            level=level,
            way=way,
            recipients=RECIPIENTS[level],
            source=source,
            in_force_from=FROM,
        )
        for code, name, breach, level, way, source in BREACHES
    ]
    rule.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
