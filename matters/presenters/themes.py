"""The catalogue by theme, for people and for companies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from matters.models import Bundle, MatterVersion
from matters.presenters.cards import BundleCard, MatterCard
from matters.presenters.results import audiences_of

AUDIENCES = {"person": "个人服务", "company": "企业服务"}
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
    """One theme with what it holds, for one audience."""

    title: str
    audience: str
    matters: list[MatterCard]

    @property
    def icon_name(self) -> str:
        return ICONS.get(self.title, "folder")

    @property
    def text(self) -> str:
        """A few of its matters by the names people use."""
        said = (matter.everyday_name.split("/")[0] or matter.name for matter in self.matters)
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


class ThemesPresenter:
    """All the themes for one audience, the largest first, and the bundles made for it."""

    def __init__(self, audience: str, versions: Iterable[MatterVersion], bundles: Iterable[Bundle]) -> None:
        self.audience = audience
        self.title = AUDIENCES[audience]
        held: dict[str, list[MatterCard]] = defaultdict(list)
        for version in versions:
            if audience in audiences_of(version):
                held[version.topic].append(MatterCard(version))
        ordered = sorted(held.items(), key=lambda pair: -len(pair[1]))
        self.themes = [Theme(title, audience, matters) for title, matters in ordered]
        self.bundles = [BundleCard(bundle) for bundle in bundles if _is_for(bundle, audience)]

    @property
    def count(self) -> int:
        return sum(len(theme.matters) for theme in self.themes)


def _is_for(bundle: Bundle, audience: str) -> bool:
    versions = [member.matter.published[0] for member in bundle.members.all() if member.matter.published]
    return bool(versions) and all(audience in audiences_of(version) for version in versions)
