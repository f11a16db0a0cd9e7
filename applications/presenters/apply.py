"""What applying will ask, before anything is begun. No queries here."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from applications.models import Application
from applications.presenters.offers import Offer
from applications.questions import Questions
from applications.selectors.offers import Offered
from core.enums import ApplicantKind
from core.models import Applicant
from matters.enums import ServiceObject
from matters.models import MatterVersion
from matters.presenters import BundlePresenter, GuidePresenter, service_objects_text
from matters.presenters.materials import MaterialsPresenter
from matters.presenters.situation import Situation
from matters.selectors import BundleGuide


def serves(version: MatterVersion, kind: str) -> bool:
    """Return whether a matter serves this kind of applicant: persons, or organisations of any kind."""
    if kind == ApplicantKind.NATURAL:
        return ServiceObject.NATURAL in version.service_objects
    return any(each != ServiceObject.NATURAL for each in version.service_objects)


class Apply:
    """What a matter's and a bundle's page of beginning have in common."""

    def __init__(
        self,
        versions: Sequence[MatterVersion],
        applicant: Applicant | None,
        begun: Application | None,
        questions: Questions | None = None,
    ) -> None:
        self.versions, self.applicant, self.begun = versions, applicant, begun
        self.questions = questions or Questions(versions)

    @property
    def situation_rows(self) -> list[dict[str, Any]]:
        """What was answered in the guide, as rows of a summary list."""
        return [{"label": one["question"], "value": one["answer"]} for one in self.questions.words]

    @cached_property
    def materials(self) -> MaterialsPresenter:
        """What these versions ask for, as far as the answers decide it."""
        return Situation(self.versions, self.questions.answers).presenter

    @property
    def warnings(self) -> list[str]:
        """Which matters do not serve this kind of applicant, in words."""
        if self.applicant is None:
            return []
        kind = ApplicantKind(self.applicant.kind).label
        return [
            f"“{version.name}”的服务对象是{service_objects_text(version)}，您登录的是{kind}账号"
            for version in self.versions
            if not serves(version, self.applicant.kind)
        ]

    @property
    def why_not(self) -> str:
        return "" if self.applicant else "您的账号没有申请人身份，请用个人或企业账号登录后申请"

    @property
    def begun_url(self) -> str:
        return reverse("draft", args=[self.begun.pk]) if self.begun else ""

    @staticmethod
    def steps(count: int, asked: int) -> list[dict[str, Any]]:
        """What the applicant will do, for the step list component."""
        upload = f"上传{asked}份材料的照片或扫描件，免提交的不用管。" if asked else "没有要您上传的材料。"
        one = f"{count}个事项的信息只填一次。" if count > 1 else "填写办理对象和您的情形。"
        return [
            {"title": "填写信息", "text": f"{one}随时保存，随时回来。"},
            {"title": "上传材料", "text": upload},
            {"title": "选择领取方式", "text": "窗口一次领取，或政务专递免费寄到家。"},
            {"title": "核对并提交", "text": "提交后得到申报号和查询码，进度随时可查。"},
        ]


class ApplyMatter(Apply):
    """Beginning an application for one matter."""

    def __init__(
        self,
        version: MatterVersion,
        applicant: Applicant | None,
        begun: Application | None,
        questions: Questions | None = None,
        offered: Sequence[Offered] = (),
    ) -> None:
        super().__init__([version], applicant, begun, questions)
        self.guide = GuidePresenter(version)
        self.offers = [Offer(each, self.questions.own) for each in offered]

    @property
    def guide_url(self) -> str:
        return reverse("matter", args=[self.guide.code])

    @property
    def next_steps(self) -> list[dict[str, Any]]:
        return self.steps(1, len(self.materials.asked))


class ApplyBundle(Apply):
    """Beginning an application for a bundle."""

    def __init__(
        self,
        guide: BundleGuide,
        applicant: Applicant | None,
        begun: Application | None,
        questions: Questions | None = None,
    ) -> None:
        super().__init__([member.version for member in guide.members], applicant, begun, questions)
        self.guide = BundlePresenter(guide)
        self._members = guide

    @property
    def guide_url(self) -> str:
        return reverse("bundle", args=[self.guide.code])

    @cached_property
    def choice_hints(self) -> dict[str, str]:
        """For each optional member its department and what it adds to the materials."""
        required = [member.matter.pk for member in self.guide.required]
        without = self._members.materials_for(required).asked
        return {
            member.matter.code: self._hint(
                member.matter.department.short_name,
                self._members.materials_for([*required, member.matter.pk]).asked - without,
            )
            for member in self.guide.optional
        }

    @staticmethod
    def _hint(department: str, more: int) -> str:
        return f"{department} · " + (f"多交{more}份材料" if more > 0 else "不用多交材料")

    @property
    def next_steps(self) -> list[dict[str, Any]]:
        return self.steps(len(self.guide.required), self._members.materials_for(self._required_ids).asked)

    @property
    def _required_ids(self) -> list[int]:
        return [member.matter.pk for member in self.guide.required]
