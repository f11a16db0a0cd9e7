"""Codes of the national lists for values that have other words here: national code → what stands for it here.

Lists whose codes are the same here (事项类型, 服务对象, 办理形式, 材料必要性 …) need no row.
"""

from matters.enums import CrossRegionScope, LimitUnit, ResultKind

UNITS = {
    "1": LimitUnit.WORKDAY.value,
    "2": LimitUnit.DAY.value,
    "3": LimitUnit.HOUR.value,
    "4": LimitUnit.MINUTE.value,
    "5": LimitUnit.MONTH.value,
    "6": LimitUnit.YEAR.value,
}
RESULTS = {
    "10": ResultKind.CERTIFICATE.value,
    "20": ResultKind.DOCUMENT.value,
    "30": ResultKind.RECORD.value,
}
SCOPES = {str(one.value): str(one.label) for one in CrossRegionScope}
IS_FEE = {"0": "不收费", "1": "收费"}
