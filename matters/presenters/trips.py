"""Why so many trips: the figures of the analysis, and the roads behind them, for people."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Invalid
from matters.catalogue.content import elements_of
from matters.enums import HandlingForm
from matters.selectors import BundleGuide
from matters.trips import Analysis, Member, Objection, Route, analyse, analyse_bundle, refusals
from matters.trips.facts import ONLINE, Values
from matters.trips.sentences import ONLINE as FILED_ONLINE
from matters.trips.situations import Answers

FIGURES = {"least": "最少", "promise": "承诺", "worst": "最坏（补正一次）"}
_STEP, _HOME, _COUNTER, _EDGE = 56, 22, 74, 28


def earned_words(analysis: Analysis) -> str:
    """Return what a matter may call itself: 零跑, 可零跑 where not every channel spares the way, 最多跑一次."""
    if analysis.promise == 0:
        return "零跑"
    once = "最多跑一次" if analysis.earns_once else f"最多跑{analysis.promise}次"
    return f"可零跑 · {once}" if analysis.earns_zero else once


@dataclass(frozen=True)
class Figure:
    """One of the three figures, with its name and how it follows."""

    name: str
    trips: int
    why: str


@dataclass(frozen=True)
class Stop:
    """One step in the picture of a road: at home or at the counter; `number` is which visit it is."""

    x: int
    y: int
    number: int


class Picture:
    """A road drawn as a line that leaves home only for a visit."""

    height = _COUNTER + _EDGE

    def __init__(self, route: Route) -> None:
        self.stops = [
            Stop(_EDGE + place * _STEP, _COUNTER if step.trip else _HOME, step.trip)
            for place, step in enumerate(route.steps)
        ]

    @property
    def width(self) -> int:
        return self.stops[-1].x + _EDGE

    @property
    def home_y(self) -> int:
        return _HOME

    @property
    def counter_y(self) -> int:
        return _COUNTER

    @property
    def line(self) -> str:
        return " ".join(f"{stop.x},{stop.y}" for stop in self.stops)


@dataclass(frozen=True)
class Road:
    """The channels and situations that lead down the same road; `situation` is empty where all of them do."""

    routes: tuple[Route, ...]
    situation: str

    @property
    def route(self) -> Route:
        return self.routes[0]

    @property
    def channels(self) -> list[HandlingForm]:
        return list(dict.fromkeys(route.channel for route in self.routes))

    @property
    def title(self) -> str:
        if set(self.channels) == set(ONLINE):
            return "网上申请（电脑或手机）"
        return self.channels[0].label

    @property
    def detail(self) -> str:
        """What one comes for, visit by visit."""
        visits = [f"到窗口{'、'.join(visit.causes)}" for visit in self.route.visits]
        return "；".join(visits) or "全程不用到窗口"

    @property
    def trips(self) -> int:
        return self.route.trips

    @property
    def steps(self) -> list[str]:
        told = [step.text for step in self.route.steps]
        return [FILED_ONLINE, *told[1:]] if len(self.channels) > 1 else told

    @property
    def picture(self) -> Picture:
        return Picture(self.route)


@dataclass(frozen=True)
class SituationRow:
    """The figures of one situation."""

    label: str
    least: int
    promise: int
    worst: int


class TripsPresenter:
    """How often one must come, why, and by which roads; `problem` says why there is no figure yet."""

    def __init__(
        self,
        analysis: Analysis | None,
        *,
        published: int | None = None,
        problem: str = "",
        objections: Sequence[Objection] = (),
    ) -> None:
        self.analysis = analysis
        self.published = published
        self.problem = problem
        self.objections = objections

    @property
    def earned(self) -> str:
        return earned_words(self.analysis) if self.analysis else ""

    @property
    def figures(self) -> list[Figure]:
        if self.analysis is None:
            return []
        return [
            Figure(name, getattr(self.analysis, key), self.analysis.derivation[key])
            for key, name in FIGURES.items()
        ]

    @property
    def situations(self) -> list[SituationRow]:
        """The figures of each situation, where it changes them."""
        if self.analysis is None or not self.analysis.differs:
            return []
        return [
            SituationRow(one.label, one.least, one.promise, one.worst) for one in self.analysis.situations
        ]

    @property
    def best(self) -> list[Road]:
        """For each situation and channel the best road, the shortest first."""
        if self.analysis is None:
            return []
        found = [one.best for situation in self.analysis.situations for one in situation.channels]
        return _merged(found, self.analysis)

    @property
    def others(self) -> list[Road]:
        """The roads one may also take, though they are no shorter."""
        if self.analysis is None:
            return []
        best = {id(one.best) for situation in self.analysis.situations for one in situation.channels}
        return _merged((route for route in self.analysis.routes if id(route) not in best), self.analysis)

    @property
    def corrected(self) -> list[Road]:
        """For each situation and channel the best road when one correction is asked."""
        return _merged(self.analysis.corrected, self.analysis) if self.analysis else []


def matter_trips(
    values: Values, *, answers: Answers | None = None, with_objections: bool = False
) -> TripsPresenter:
    """Return the presenter of a matter's trips, of a guide or a draft; what publishing would refuse on request."""
    objections = refusals(values) if with_objections else []
    try:
        analysis = analyse(values, answers=answers)
    except Invalid as refusal:
        return TripsPresenter(None, problem=refusal.message, objections=objections)
    return TripsPresenter(analysis, published=values.get("max_trips"), objections=objections)


def bundle_trips(
    members: Sequence[Member],
    dependencies: Iterable[tuple[str, str]] = (),
    *,
    name: str,
    published: int,
    answers: Mapping[str, Answers] | None = None,
) -> TripsPresenter:
    """Return the presenter of a bundle's trips with all these members; leave out what the applicant left out."""
    try:
        analysis = analyse_bundle(members, dependencies, name=name, answers=answers)
    except Invalid as refusal:
        return TripsPresenter(None, problem=refusal.message)
    return TripsPresenter(analysis.every, published=published)


def members_of(guide: BundleGuide) -> tuple[list[Member], list[tuple[str, str]]]:
    """Return the members of a bundle and the order among them by matter code, as the analysis reads them."""
    codes = {member.matter.pk: member.matter.code for member in guide.members}
    members = [Member(elements_of(member.version), member.optional) for member in guide.members]
    known = [pair for pair in guide.dependencies if set(pair) <= codes.keys()]
    return members, [(codes[first], codes[then]) for first, then in known]


def _merged(routes: Iterable[Route], analysis: Analysis) -> list[Road]:
    """Return roads, shortest first; what several channels or situations share is told once."""
    alike: dict[Hashable, list[Route]] = {}
    for route in routes:
        alike.setdefault(_story(route), []).append(route)
    every = {one.label for one in analysis.situations}
    roads = [Road(tuple(found), _situations(found, every)) for found in alike.values()]
    return sorted(roads, key=lambda road: road.trips)


def _story(route: Route) -> Hashable:
    """Return what two roads share that read the same: online filing is one way, by computer or phone."""
    told = tuple(step.text for step in route.steps)
    return ("online", *told[1:]) if route.channel in ONLINE else told


def _situations(routes: Iterable[Route], every: set[str]) -> str:
    labels = dict.fromkeys(route.situation for route in routes)
    return "" if labels.keys() == every else "；或".join(labels)
