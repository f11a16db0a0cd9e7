"""The trips of a matter found the long way: try everything an applicant can do, and count the days out.

Written from the rule alone (docs/reference/trips.md) and sharing nothing with matters.trips: it reads the
elements of a guide and walks through every sequence of choices.
"""

from collections.abc import Iterator
from itertools import product

WINDOW, WEB, MOBILE, MAIL, OTHER = 1, 2, 3, 4, 9
NO_COMING = {"上门送达", "上门服务", "电子送达", "银行代发", "短信告知", "APP 通知"}
PARCEL = "邮政快递（政务专递）"


def figures(*guides: dict) -> dict[str, int]:
    """Return least, floor, promise and worst of guides filed together."""
    situations = [
        {
            channel: (min(endings(chosen, channel, None)), _corrected(chosen, channel))
            for channel in _channels(guides)
        }
        for chosen in product(*(_people(guide) for guide in guides))
    ]
    best = [{channel: plain for channel, (plain, _) in one.items()} for one in situations]
    return {
        "least": min(min(one.values()) for one in best),
        "floor": max(min(one.values()) for one in best),
        "promise": max(max(one.values()) for one in best),
        "worst": max(worst for one in situations for _, worst in one.values()),
    }


def endings(chosen: tuple, channel: int, correction: int | None) -> Iterator[int]:
    """Yield the number of days at the counter for every sequence of choices that works out.

    `chosen` are (guide, reasons that hold) of each matter; `correction` the channel a correction goes by.
    """
    filing = [(guide, one) for guide, reasons in chosen for one in reasons if one["when"] == "filing"]
    collecting = [(guide, one) for guide, reasons in chosen for one in reasons if one["when"] == "collection"]
    at_filing = [_ways(guide, one, channel) for guide, one in filing]
    at_collection = [_ways(guide, one, channel) for guide, one in collecting]
    results = [_results(guide) for guide, _ in chosen]
    for done, got, taken in product(product(*at_filing), product(*results), product(*at_collection)):
        for days in _days(chosen, channel, correction, done, got, taken):
            if _somebody_can_go(days, filing, done, collecting, taken):
                yield len(days)


def _days(chosen, channel, correction, done, got, taken) -> Iterator[dict[str, set[str]]]:
    """Yield the days at the counter, each with what is done there; the result may be taken home on the spot."""
    days: dict[str, set[str]] = {}
    if channel == WINDOW or "come" in done:
        days["filing"] = {"filing"}
    if correction == WINDOW:
        days["correction"] = {"correction"}
    if "fetch" not in got and "come" not in taken:
        yield days
        return
    yield days | {"collection": {"collection"}}
    decided_in = "filing" if correction is None else "correction"
    if decided_in in days and all(_decided_at_once(guide, channel) for guide, _ in chosen):
        yield days | {decided_in: days[decided_in] | {"collection"}}


def _somebody_can_go(days, filing, done, collecting, taken) -> bool:
    """Whether for each day somebody can be sent; the applicant can always go, an agent not for everything."""
    demands = {
        "filing": [one["by"] for (_, one), way in zip(filing, done, strict=True) if way == "come"],
        "collection": [one["by"] for (_, one), way in zip(collecting, taken, strict=True) if way == "come"],
    }
    return all(
        any(
            person == "applicant"
            or "applicant" not in [by for moment in does for by in demands.get(moment, [])]
            for person in ("agent", "applicant")
        )
        for does in days.values()
    )


def _ways(guide: dict, reason: dict, channel: int) -> list[str]:
    ways = ["come"]
    for waiver in reason["waived_by"]:
        if waiver == "e_signature" and channel not in (WEB, MOBILE):
            continue
        if waiver == "mail" and guide["materials_by_mail"] is False:
            continue
        if waiver == "renewal":
            continue
        ways.append(waiver)
    return ways


def _results(guide: dict) -> list[str]:
    """Return every way the result reaches the applicant."""
    options = guide["delivery_options"]
    mailed = guide["express_supported"] if guide["result_by_mail"] is None else guide["result_by_mail"]
    ways = ["e-certificate"] if guide["e_certificate"] else []
    for option in options:
        if option in NO_COMING:
            ways.append(option)
        elif option != PARCEL:
            ways.append("fetch")
        elif mailed:
            ways.append(option)
    if not ways:
        return ["fetch"] if options else ["nothing to hand over"]
    return ways


def _decided_at_once(guide: dict, channel: int) -> bool:
    if guide["case_type"] != 1:
        return False
    if not guide["on_site_inspection"]:
        return True
    seen_before = [step for step in guide["pre_review"] if step["kind"] == "inspect"]
    return bool(seen_before) and channel != WINDOW


def _channels(guides) -> set[int]:
    return {form for guide in guides for form in guide["handling_forms"] if _goes(guide, form)}


def _goes(guide: dict, form: int) -> bool:
    return not (form == MAIL and guide["materials_by_mail"] is False)


def _corrected(chosen: tuple, channel: int) -> int:
    """Return the fewest days with one correction, of whichever of the matters costs most to correct."""
    return max(
        min(
            days
            for correction in (
                [form for form in guide["correction_channels"] if _goes(guide, form)] or [WINDOW]
            )
            for days in endings(chosen, channel, correction)
        )
        for guide, _ in chosen
    )


def _people(guide: dict) -> list[tuple[dict, list[dict]]]:
    """Return every kind of applicant there can be, as the reasons to come that hold for them."""
    questions = guide["situations"]
    known = {question["key"] for question in questions}
    people = []
    for answers in product(*([answer["key"] for answer in question["answers"]] for question in questions)):
        asked: dict[str, str] = {}
        for question, answer in zip(questions, answers, strict=True):
            if _holds(question["when"], asked, known):
                asked[question["key"]] = answer
        for renews in (False, True):
            people.append((guide, [one for one in guide["presence"] if _applies(one, asked, known, renews)]))
    return people


def _applies(reason: dict, asked: dict, known: set[str], renews: bool) -> bool:
    told = {question for question in reason["situations"] if question in known}
    if "renewal" in reason["waived_by"] and not told and renews:
        return False
    return _holds(reason["situations"], asked, known)


def _holds(selector: dict, asked: dict, known: set[str]) -> bool:
    return all(asked.get(question) in wanted for question, wanted in selector.items() if question in known)
