"""The catalogue by theme, for people and for companies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from matters.presenters.cards import MatterCard, bundle_cards, cards
from matters.selectors.hits import Hit
from matters.selectors.questions import COMPANY, PERSON
from matters.selectors.themes import ThemeSize

AUDIENCES = {PERSON: "个人服务", COMPANY: "企业服务"}
ICONS = {
    "设立变更": "shop",
    "注销": "cross-circle",
    "查询咨询": "search",
    "准营准办": "stamp",
    "出境入境": "passport",
    "生育收养": "baby",
    "人才服务": "users",
    "就业创业": "briefcase",
    "社会保障": "shield",
    "不动产": "house",
    "住房保障": "building",
    "社会救助": "heart",
    "投资审批": "factory",
    "资质认证": "stamp",
    "职业资格": "file",
    "便民服务": "phone",
    "市容城管": "flag",
}
EXAMPLES_SHOWN = 3


@dataclass(frozen=True)
class Theme:
    """One theme with what it holds for one audience: how many, and the cards of those that are shown."""

    title: str
    audience: str
    count: int
    matters: list[MatterCard]

    @property
    def icon_name(self) -> str:
        return ICONS.get(self.title, "folder")

    @property
    def text(self) -> str:
        """A few of its matters by the names people use."""
        said = (card.hit.everyday_name.split("/")[0] or card.hit.name for card in self.matters)
        return "、".join(list(said)[:EXAMPLES_SHOWN])

    @property
    def anchor(self) -> str:
        return f"theme-{self.title}"

    @property
    def anchor_url(self) -> str:
        return f"#{self.anchor}"

    @property
    def url(self) -> str:
        return f"{reverse('search')}?{urlencode({'topic': self.title, 'who': self.audience})}"

    @property
    def has_more(self) -> bool:
        return self.count > len(self.matters)


class ThemesPresenter:
    """All the themes for one audience, the largest first, and the bundles made for it."""

    def __init__(
        self,
        audience: str,
        sizes: Sequence[ThemeSize],
        matters: Iterable[Hit] = (),
        bundles: Iterable[Hit] = (),
    ) -> None:
        self.audience = audience
        self.title = AUDIENCES[audience]
        held: dict[str, list[MatterCard]] = defaultdict(list)
        for card in cards(matters):
            held[card.hit.topic].append(card)
        self.themes = [
            Theme(one.topic, audience, one.size(audience), held[one.topic])
            for one in by_size(sizes, audience)
        ]
        self.bundles = bundle_cards(bundles)

    @property
    def count(self) -> int:
        return sum(theme.count for theme in self.themes)


def by_size(sizes: Iterable[ThemeSize], audience: str) -> list[ThemeSize]:
    """Return the themes that hold anything for an audience, the largest first."""
    held = [one for one in sizes if one.size(audience)]
    return sorted(held, key=lambda one: -one.size(audience))
