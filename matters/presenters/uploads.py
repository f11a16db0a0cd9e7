"""Catalogue files on their way in, as the office's page shows them. No queries here."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from matters.enums import UploadState
from matters.exchange.reporting import FAULT, UNLAWFUL
from matters.models import CatalogueUpload
from matters.services.uploads import MOST_SHOWN, SECTIONS

TONES = {
    UploadState.CHECKING: "progress",
    UploadState.CHECKED: "waiting",
    UploadState.REFUSED: "danger",
    UploadState.IMPORTING: "progress",
    UploadState.IMPORTED: "success",
}
LEVEL_TONES = {FAULT: "danger", UNLAWFUL: "danger"}


class UploadRow:
    """One file of the list."""

    def __init__(self, upload: CatalogueUpload) -> None:
        self.upload = upload
        self.name = upload.name
        self.url = reverse("catalogue-upload", args=[upload.pk])
        self.at = upload.uploaded_at
        self.by = upload.uploaded_by.name
        self.size = upload.size

    @property
    def state(self) -> str:
        return "没有做完" if self.upload.failed_at else self.upload.get_state_display()

    @property
    def tone(self) -> str:
        return "danger" if self.upload.failed_at else TONES[UploadState(self.upload.state)]


@dataclass(frozen=True)
class TallyRow:
    """How many of one kind an import adds, changes and leaves, and which."""

    name: str
    created: int
    changed: int
    unchanged: int
    created_names: list[str]
    changed_names: list[str]


class UploadPresenter(UploadRow):
    """One file with what came of it."""

    @property
    def result(self) -> dict[str, Any]:
        return self.upload.result

    @property
    def is_under_way(self) -> bool:
        return self.upload.is_under_way

    @property
    def is_failed(self) -> bool:
        return self.upload.failed_at is not None

    @property
    def is_refused(self) -> bool:
        return self.upload.state == UploadState.REFUSED

    @property
    def is_ready(self) -> bool:
        return self.upload.state == UploadState.CHECKED

    @property
    def is_done(self) -> bool:
        return self.upload.state == UploadState.IMPORTED

    @property
    def tallies(self) -> list[TallyRow]:
        """The kinds of which the file has something."""
        said = self.result.get("tallies", {})
        rows = [TallyRow(name, **said[section]) for section, name in SECTIONS.items() if section in said]
        return [row for row in rows if row.created or row.changed or row.unchanged]

    @property
    def changes_nothing(self) -> bool:
        return not any(row.created or row.changed for row in self.tallies)

    @property
    def named(self) -> list[tuple[str, int, list[str], int]]:
        """What is added and changed, by name: title, count, the first names, how many more there are."""
        lists = [
            (f"{word}的{row.name}", count, names)
            for row in self.tallies
            for word, count, names in (
                ("新增", row.created, row.created_names),
                ("更新", row.changed, row.changed_names),
            )
        ]
        return [(title, count, names, count - len(names)) for title, count, names in lists if count]

    @property
    def findings_words(self) -> str:
        """What the publish checks find in what is added or changed."""
        found = self.result.get("findings", {})
        if not found.get("matters"):
            return ""
        said = f"发布检查看了其中 {found['matters']} 个事项，有 {found['all']} 条意见"
        return (
            f"{said}，{found['blocking']} 个事项有违反法律规定的内容。" if found["blocking"] else f"{said}。"
        )

    @property
    def has_findings(self) -> bool:
        """Whether the list of problems says what the checks find."""
        return bool(self.report_url and self.result.get("findings", {}).get("all"))

    @property
    def problems(self) -> list[str]:
        """Why a file could not be read at all."""
        return [] if self.lines else self.result.get("problems", [])

    @property
    def lines(self) -> list[list[Any]]:
        """The problems that the page lists, each with the tone of its level before all else."""
        return [[LEVEL_TONES.get(one[0], "info"), *one] for one in self.result.get("lines", [])]

    @property
    def more_lines(self) -> int:
        """How many problems stand in the list of problems alone."""
        return sum(max(0, self.result.get(kind, 0) - MOST_SHOWN) for kind in ("faults", "hints", "unlawful"))

    @property
    def report_url(self) -> str:
        return reverse("catalogue-upload-report", args=[self.upload.pk]) if self.upload.report else ""
