"""What a demo shows that cannot be had: one abolished matter, one suspended; not among the catalogue's fifty."""

from datetime import datetime
from pathlib import Path

from core.clock import CHINA
from matters.models import Matter
from matters.services import versions
from matters.services.catalogue_import import import_catalogue
from portal.demo.cast import Cast

MATTERS = Path(__file__).parent / "halted.json"
PUBLISHED = datetime(2017, 8, 4, 9, 0, tzinfo=CHINA)  # the day of the bulletin that praises the 会计证
ABOLISHED = datetime(2017, 11, 5, tzinfo=CHINA)  # the amended 会计法 came into force
MOVED = datetime(2026, 9, 1, 9, 0, tzinfo=CHINA)


def halt(cast: Cast) -> None:
    """Publish both matters and take them out of use, each at its time; what is there already is left alone."""
    if Matter.objects.filter(code="CZJ-002").exists():
        return
    import_catalogue(text=MATTERS.read_text(encoding="utf-8"), by=None, now=PUBLISHED)
    office = cast.user("office1")
    versions.cancel(
        code="CZJ-002",
        reason="2017年11月4日修正的会计法第38条不再要求会计从业资格证书，自2017年11月5日起施行。",
        instead="从事会计工作不用再办这个证。要评会计职称的，参加会计专业技术资格考试，"
        "合格后办“会计专业技术资格证书领取”（CZJ-001）。",
        by=office,
        now=ABOLISHED,
    )
    versions.suspend(
        code="MZJ-001",
        reason="婚姻登记档案室搬迁，预计10月12日恢复。",
        instead="急着证明婚姻状况的，可以带身份证到婚姻登记处补领结婚证或离婚证。",
        by=office,
        now=MOVED,
    )
