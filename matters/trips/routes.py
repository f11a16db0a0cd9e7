"""Every road from filing to the result in the hand, and how often each leads to a counter.

One road serves all the cases of an application: what is filed once is signed, shown and handed in at one visit,
and all results leave by one outlet. So a road is four choices, whatever the number of matters: the filing
channel, whether one comes at filing, where a correction is answered, and how the results arrive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matters.enums import HandlingForm, PresenceBy, PresenceWhen
from matters.trips import sentences
from matters.trips.choices import Correction, Receipt, Visit, VisitAt
from matters.trips.facts import Facts, Reason


@dataclass(frozen=True)
class Route:
    """One road: the choices made, the visits they cost, and each step as a sentence.

    `correction` is None where none was asked. `situation` names the situation, where there are several.
    """

    cases: tuple[Facts, ...]
    channel: HandlingForm
    comes: bool
    receipt: Receipt
    correction: Correction | None = None
    situation: str = ""
    order: tuple[tuple[str, str], ...] = ()

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(_visits(self))

    @property
    def trips(self) -> int:
        return len(self.visits)

    @cached_property
    def steps(self) -> tuple[sentences.Sentence, ...]:
        return tuple(sentences.of(self))

    def reasons(self, when: PresenceWhen) -> list[tuple[Facts, Reason]]:
        """Return why to come at filing or collection, each with the matter it belongs to."""
        return [(case, reason) for case in self.cases for reason in case.presence if reason.when == when]

    def as_dict(self) -> dict[str, Any]:
        return {
            "situation": self.situation,
            "channel": self.channel.value,
            "channel_name": self.channel.label,
            "correction": self.correction.value if self.correction else None,
            "receipt": self.receipt.value,
            "trips": self.trips,
            "visits": [visit.as_dict() for visit in self.visits],
            "steps": [step.text for step in self.steps],
        }


def routes(
    cases: Sequence[Facts],
    *,
    corrected: bool,
    situation: str = "",
    order: tuple[tuple[str, str], ...] = (),
) -> list[Route]:
    """Return every road of these cases filed together, fewest trips first; with one correction, or none.

    Members of a bundle go by the channels of the whole, so what one of them offers all may use. `order` are
    pairs of names (first, then) and only tells the story: a later member's part is done at the one visit.
    """
    channels = dict.fromkeys(form for case in cases for form in case.channels)
    found = [
        Route(tuple(cases), channel, comes, receipt, correction, situation, order)
        for channel in channels
        for comes in _coming(cases, channel)
        for correction in (_corrections(cases) if corrected else [None])
        for receipt in _receipts(cases, channel, comes, correction)
    ]
    return sorted(found, key=_ease)


def _ease(route: Route) -> tuple[int, bool, bool, bool]:
    """Return what roads are ordered by: trips, then from home before from a window."""
    at_window = route.channel == HandlingForm.WINDOW
    return route.trips, route.comes, at_window, route.receipt != Receipt.BROUGHT


def _coming(cases: Sequence[Facts], channel: HandlingForm) -> Iterator[bool]:
    """Yield whether one comes at filing: a window asks for it, any other channel only for a reason."""
    if channel == HandlingForm.WINDOW:
        yield True
        return
    if _all_waived(cases, channel, PresenceWhen.FILING):
        yield False
    if any(reason.when == PresenceWhen.FILING for case in cases for reason in case.presence):
        yield True


def _corrections(cases: Sequence[Facts]) -> Iterator[Correction]:
    """Yield where one correction can be answered, whichever of the cases it is asked of.

    A guide that names no channel for corrections is read as the counter: what is not offered is not promised.
    """
    from_afar = all(set(case.corrections) - {HandlingForm.WINDOW} for case in cases)
    if from_afar:
        yield Correction.FROM_AFAR
    if not from_afar or all(HandlingForm.WINDOW in case.corrections for case in cases):
        yield Correction.AT_COUNTER


def _receipts(
    cases: Sequence[Facts], channel: HandlingForm, comes: bool, correction: Correction | None
) -> Iterator[Receipt]:
    """Yield how the results can arrive after these choices.

    Whoever is at the counter with everything in order leaves with the result of an instant matter; a correction
    answered from afar takes that chance away.
    """
    waived = _all_waived(cases, channel, PresenceWhen.COLLECTION)
    if waived and all(case.delivery or not case.fetched for case in cases):
        yield Receipt.BROUGHT
    if not any(case.fetched or _has_collection_reason(case) for case in cases):
        return
    at_counter = comes if correction is None else correction == Correction.AT_COUNTER
    if at_counter and all(case.on_the_spot(channel) for case in cases):
        yield Receipt.ON_THE_SPOT
    yield Receipt.FETCHED


def _has_collection_reason(case: Facts) -> bool:
    return any(reason.when == PresenceWhen.COLLECTION for reason in case.presence)


def _all_waived(cases: Sequence[Facts], channel: HandlingForm, when: PresenceWhen) -> bool:
    return all(
        reason.waivers(channel, mail_in=case.mail_in)
        for case in cases
        for reason in case.presence
        if reason.when == when
    )


def _visits(route: Route) -> Iterator[Visit]:
    taken = list(route.reasons(PresenceWhen.COLLECTION))
    collecting = [sentences.cause(case, reason, route) for case, reason in taken]
    here = [sentences.RECEIVE, *collecting] if route.receipt == Receipt.ON_THE_SPOT else []
    if route.comes:
        reasons = route.reasons(PresenceWhen.FILING)
        filing = [sentences.HAND_IN] if route.channel == HandlingForm.WINDOW else []
        shown = [sentences.cause(case, reason, route) for case, reason in reasons]
        spot = here if route.correction is None else []
        yield Visit(VisitAt.FILING, (*filing, *shown, *spot), _who(reasons + (taken if spot else [])))
    if route.correction == Correction.AT_COUNTER:
        yield Visit(VisitAt.CORRECTION, (sentences.CORRECT, *here), _who(taken if here else []))
    if route.receipt == Receipt.FETCHED:
        yield Visit(VisitAt.COLLECTION, (sentences.RECEIVE, *collecting), _who(taken))


def _who(reasons: Sequence[tuple[Facts, Reason]]) -> PresenceBy:
    """Return who must come: the applicant if any reason asks for them, for they can do the rest as well."""
    needed = any(reason.by == PresenceBy.APPLICANT for _, reason in reasons)
    return PresenceBy.APPLICANT if needed else PresenceBy.ANYONE
