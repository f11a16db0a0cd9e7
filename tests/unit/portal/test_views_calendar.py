"""The page of the working calendar: for administrators alone, drawn by months, loaded only as previewed."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.services import clocks
from core import clock as time_machine
from core.models import AuditEntry, CalendarDay, CalendarLoad
from core.services import calendar
from portal.calendar import MovedRow
from tests.api import Api, problem

NOTICE = "2027-01-01,休,元旦\n2027-02-08,休,春节\n2027-02-09,休,春节\n2027-02-20,班,调休上班（春节）"


@pytest.fixture
def admin(world):
    return world.client(world.administrator)


def text(response):
    return response.content.decode()


def preview(client, notice=NOTICE, year=2027, **more):
    return client.post(reverse("calendar-load"), {"year": year, "text": notice, "preview": "1", **more})


def confirm(client, shown, notice=NOTICE, year=2027):
    seen = shown.context["shown"].preview.digest
    said = {"year": year, "text": notice, "seen": seen, "confirm": "1"}
    return client.post(reverse("calendar-load"), said)


@pytest.mark.parametrize("name", ["calendar", "calendar-load"])
def test_calendar_is_for_administrators_alone(world, name):
    for person in (
        world.clerk,
        world.supervisor,
        world.head("SCJG"),
        world.cast.user("office1"),
        world.citizen.user,
    ):
        assert world.client(person).get(reverse(name)).status_code == 403
        assert world.client(person).post(reverse("calendar-load"), {"confirm": "1"}).status_code == 403
    assert world.client().get(reverse(name)).status_code == 302
    assert CalendarLoad.objects.count() == 0


def test_calendar_draws_every_day_with_days_off_and_make_up_days(admin):
    page = admin.get(reverse("calendar")).context["page"]
    cells = {cell.date: cell for month in page.months for week in month.weeks for cell in week if cell}

    assert len(page.months) == 12
    assert set(cells) == set(CalendarDay.objects.filter(date__year=2026).values_list("date", flat=True))
    kinds = {
        day: cells[date.fromisoformat(f"2026-{day}")].kind for day in ("10-01", "10-10", "11-21", "09-14")
    }
    assert kinds == {"10-01": "off", "10-10": "on", "11-21": "weekend", "09-14": "work"}
    assert [cell.date for cell in cells.values() if cell.is_today] == [date(2026, 9, 14)]
    assert page.working == CalendarDay.objects.filter(date__year=2026, is_working=True).count()
    assert sum(month.working for month in page.months) == page.working
    make_up = [row.days for row in page.moved if row.what == "上班"]
    assert make_up == [
        "1月4日（周日）", "2月14日（周六）", "2月28日（周六）", "5月9日（周六）", "9月20日（周日）", "10月10日（周六）"
    ]  # fmt: skip


def test_calendar_goes_from_year_to_year_and_no_further(admin):
    page = text(admin.get(reverse("calendar")))
    assert "?year=2025" in page
    assert "?year=2027" not in page
    assert "2025年" in text(admin.get(reverse("calendar") + "?year=2025"))
    for wrong in ("2027", "2003", "20x6", "0000", "99999", "٢٠٢٦"):
        assert admin.get(reverse("calendar") + f"?year={wrong}").status_code == 404


def test_calendar_warns_sixty_days_ahead(world, admin):
    assert "快到头了" not in text(admin.get(reverse("calendar")))
    world.pass_time(days=60)
    page = text(admin.get(reverse("calendar")))
    assert "快到头了" in page
    assert "还有 <strong>48</strong> 天" in page


def test_year_after_the_end_shows_where_to_load_it(world, admin):
    world.pass_time(days=120)
    page = text(admin.get(reverse("calendar")))
    assert "工作日历还没有这一年" in page
    assert reverse("calendar-load") in page


def test_calendar_asks_as_many_questions_for_every_year(admin):
    counts = []
    for year in (2004, 2026):
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse("calendar") + f"?year={year}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- loading ----------------------------------------------------------------------------------------------------------


def test_form_offers_the_year_that_comes_next(admin):
    assert admin.get(reverse("calendar-load")).context["form"]["year"].value() == 2027


def test_preview_says_what_changes_and_how_many_clocks_and_writes_nothing(world, admin):
    time_machine.set_to(time_machine.now().replace(month=12, day=24))
    application = world.accepted("SCJG-007")
    open_clocks = application.clocks.filter(stopped_at=None, due_at=None).count()
    shown = preview(admin).context["shown"]

    assert [(row.days, row.what) for row in shown.rows] == [
        ("1月1日（周五）", "放假"),
        ("2月8日（周一）至2月9日（周二）", "放假"),
        ("2月20日（周六）", "上班"),
    ]
    assert isinstance(shown.rows[0], MovedRow)
    assert shown.preview.is_new
    assert (int(shown.clocks) >= open_clocks > 0, shown.applications) == (True, "1")
    assert not CalendarDay.objects.filter(date__year=2027).exists()
    assert not CalendarLoad.objects.exists()


def test_confirm_loads_what_was_previewed_and_is_on_the_audit_trail(world, admin):
    answer = confirm(admin, preview(admin))

    assert answer["Location"] == reverse("calendar") + "?year=2027"
    assert not CalendarDay.objects.get(date=date(2027, 1, 1)).is_working
    assert CalendarDay.objects.get(date=date(2027, 2, 20)).is_working
    load = CalendarLoad.objects.get()
    assert (load.year, load.loaded_by) == (2027, world.administrator)
    assert AuditEntry.objects.get(act="calendar.load").actor == world.administrator
    assert "?year=2027" in text(admin.get(reverse("calendar")))
    assert world.administrator.name in text(admin.get(reverse("calendar") + "?year=2027"))


def test_confirm_loads_nothing_else_than_was_previewed(world, admin):
    shown = preview(admin)
    answer = confirm(admin, shown, notice=NOTICE + "\n2027-05-03,休,劳动节")
    assert (answer.status_code, "请核对新的预览再确认" in text(answer)) == (422, True)
    assert "5月3日" in text(answer)
    calendar.load_year(year=2027, text="2027-01-01,休,元旦", by=None, now=world.now())
    assert confirm(admin, shown).status_code == 422
    unseen = admin.post(reverse("calendar-load"), {"year": 2027, "text": NOTICE, "confirm": "1"})
    assert unseen.status_code == 422


def test_correction_of_a_known_year_shows_only_what_differs(world, admin):
    calendar.load_year(year=2027, text=NOTICE, by=None, now=world.now())
    shown = preview(admin, NOTICE.replace("\n2027-02-20,班,调休上班（春节）", "")).context["shown"]
    assert [(row.days, row.what) for row in shown.rows] == [("2月20日（周六）", "放假")]
    assert not shown.preview.is_new
    same = preview(admin)
    assert same.context["shown"].rows == []
    assert "没有变动" in text(same)


@pytest.mark.parametrize(
    ("notice", "year", "words"),
    [
        ("2027-01-01,假,元旦", 2027, "第1行"),
        ("2027-02-30,休,春节", 2027, "不是日期"),
        ("2028-01-03,休,元旦", 2028, "请先导入2027年"),
        (" ", 2027, "请粘贴放假安排"),
        ("2027-01-02,休,元旦", 2027, "没有2027年的放假安排"),
    ],
)
def test_wrong_notices_are_refused_and_what_was_typed_stays(admin, notice, year, words):
    answer = preview(admin, notice, year)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert notice.strip() in text(answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_as_spreadsheets_write_it(admin, encoding):
    file = SimpleUploadedFile("2027.csv", NOTICE.encode(encoding), content_type="text/csv")
    shown = preview(admin, "", file=file)
    assert len(shown.context["shown"].rows) == 3
    assert confirm(admin, shown).status_code == 302


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe\x00\x81", "不是文本"), (b"#" * 70_000, "文件太大")]
)
def test_a_file_that_is_no_notice_is_refused(admin, content, words):
    answer = preview(admin, "", file=SimpleUploadedFile("x.csv", content, content_type="text/csv"))
    assert (answer.status_code, words in text(answer)) == (422, True)


def test_confirmed_year_moves_the_clocks_that_were_counted(world, admin):
    time_machine.set_to(time_machine.now().replace(month=12, day=24))
    application = world.accepted("SCJG-007")
    confirm(admin, preview(admin))
    assert clocks.recompute_for(load_id=CalendarLoad.objects.get().pk, now=world.now()) == 1
    assert not application.clocks.filter(stopped_at=None, due_at=None).exists()


# --- the API ----------------------------------------------------------------------------------------------------------


def test_anybody_may_read_the_calendar_over_the_api(world):
    assert Api().get("calendar/").json() == {"first_year": 2004, "last_year": 2026}
    year = Api().get("calendar/2026/").json()
    assert year["working_days"] == CalendarDay.objects.filter(date__year=2026, is_working=True).count()
    assert year["make_up_days"] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
    ]  # fmt: skip
    assert "2026-10-01" in year["days_off"]
    assert "2026-10-03" not in year["days_off"]  # a Saturday is off anyway
    for unknown in ("2027", "2003"):
        problem(Api().get(f"calendar/{unknown}/"), 404, "not_found")
    for never in ("0000", "20266", "x"):
        problem(Api().get(f"calendar/{never}/"), 404, "no_such_address")
