"""What pages and the API say about an application: where it is, whose turn, by when. Nothing here reads the database."""

from applications.presenters.cases import CaseRow, case_row, step_rows, waiting_text
from applications.presenters.drafts import conditions_met
from applications.presenters.materials import (
    FileRow,
    MaterialRow,
    Materials,
    file_row,
    is_received,
    material_state,
    missing,
)
from applications.presenters.standing import (
    Standing,
    live_tasks,
    promised_trips,
    stage,
    stage_for_staff,
    stage_tone,
    standing,
    trips,
    trips_left,
)
from applications.presenters.timeline import TimelineEntry, document_link, standstills, timeline
from applications.presenters.words import TONES, masked_applicant, size_text, when

__all__ = [
    "TONES",
    "CaseRow",
    "FileRow",
    "MaterialRow",
    "Materials",
    "Standing",
    "TimelineEntry",
    "case_row",
    "conditions_met",
    "document_link",
    "file_row",
    "is_received",
    "live_tasks",
    "masked_applicant",
    "material_state",
    "missing",
    "promised_trips",
    "size_text",
    "stage",
    "stage_for_staff",
    "stage_tone",
    "standing",
    "standstills",
    "step_rows",
    "timeline",
    "trips",
    "trips_left",
    "waiting_text",
    "when",
]
