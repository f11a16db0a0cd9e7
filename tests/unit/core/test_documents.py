import hashlib
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pypdfium2
import pytest
from cryptography.hazmat.primitives import hashes
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core import selectors
from core.codes import is_certificate_identifier
from core.documents import content, glyphs
from core.documents.renderer import qr_svg, render_pdf
from core.enums import DocumentKind
from core.errors import Refusal
from core.models import AuditEntry, OfficialDocument
from core.services import documents

HOSTILE = '#panic() [x] $a$ *b* _c_ \\ <script>alert("1")</script> `d` // @e ~ = f'
DAY = date(2026, 9, 14)
BASE = {"to": "李小敏", "application_number": "330199260914000123K"}
CONTENTS = [
    content.Receipt(
        **BASE, query_code="7K3M9Q", matters=("公司设立登记", "公章刻制备案"), received_by="王芳", channel="窗口收件",
        situation="由谁来办理？本人办理",
        materials=(content.MaterialLine(name="公司章程", originals=1, copies=2),), place="综合窗口3号",
        received_at=datetime(2026, 9, 14, 1, 30, tzinfo=UTC), progress_url="https://example.cn/progress/",
    ),
    content.Acceptance(
        **BASE, query_code="7K3M9Q", applied_on=DAY, accepted_on=DAY, promised_on=date(2026, 9, 21),
        matters=(content.MatterLine(name="食品经营许可", limit="5个工作日", due_on=date(2026, 9, 21)),),
        deferred=(content.DeferredLine(name="任职文件", until=date(2026, 9, 20)),),
        progress_url="https://example.cn/progress/", contact_phone="0571-00001002", complaint_phone="0571-00002002",
    ),
    content.Refusal(
        **BASE, applied_on=DAY, matter="食品经营许可", reasons=("不属于本机关职权范围。",),
        competent_authority="邻区市场监督管理局",
    ),
    content.Correction(
        **BASE, applied_on=DAY, matters=("食品经营许可",), due_on=date(2026, 9, 28), ways=("网上补正",),
        items=(content.CorrectionLine(material="平面图", problem="未标注面积", remedy="补充标注"),),
    ),
    content.Certificate(
        **BASE, identity_label="公民身份号码", identity="330109********0017", valid_from=DAY,
        lines=(content.Line(label="经营场所", value="人民路88号"),), valid_until=date(2031, 9, 13),
    ),
    content.Approval(
        **BASE, matter="户外广告设置", applied_on=DAY, accepted_on=DAY, basis="《条例》第十一条",
        granted="准予设置。", conditions=("期满拆除。",),
    ),
    content.Record(**BASE, matter="生活补贴", accepted_on=DAY, decided_on=DAY, result="准予发放。"),
    content.Denial(
        **BASE, matter="烟草零售许可", applied_on=DAY, accepted_on=DAY, facts="距学校35米。",
        basis="《办法》第十三条", reasons=("不符合合理布局。",),
    ),
    content.NotProceeded(
        **BASE, matter="公章刻制备案", predecessor="公司设立登记", predecessor_result="未予核准", advice="可以重新申请。",
    ),
    content.SpecialProcedure(
        **BASE, matter="食品经营许可", procedure="专家评审", basis="《行政许可法》第四十五条", reason="工艺新颖",
        needed="10个工作日", begins_on=date(2026, 9, 28), until=date(2026, 10, 16), promised_on=date(2026, 10, 28),
    ),
    content.Extension(
        **BASE, matter="食品经营许可", reason="须核实的情况较多", basis="《行政许可法》第四十二条第一款", days=10,
        approver="市场监督管理局负责人", due_before=date(2026, 10, 30), due_on=date(2026, 11, 13),
        promised_on=date(2026, 11, 6),
    ),
    content.Simulated(
        **BASE, matter="建设用地规划许可", applied_on=DAY, accepted_on=DAY, is_granted=True, missing="土地出让合同尚未签订。\n地质灾害评估",
        conditions="签订土地出让合同。", basis="《城乡规划法》第三十八条", progress_url="https://example.cn/progress/",
    ),
    content.Mending(
        **BASE, matter="水土保持方案审批", decided_on=DAY, findings="沉沙池没有建。", due_on=date(2026, 10, 20),
        contact_phone="0571-00001002",
    ),
    content.Revocation(
        **BASE, matter="水土保持方案审批", decided_on=DAY, result_title="水土保持方案批复", result_number="水准字〔2026〕第0001号",
        facts="沉沙池没有建。", basis="《中华人民共和国行政许可法》第六十九条", reasons=("未履行承诺。",),
        reconsideration_body="示例区人民政府", court="示例区人民法院",
    ),
]  # fmt: skip
SAYS = {
    DocumentKind.RECEIPT: [
        "收件凭证",
        "9时30分收到",
        "公司章程",
        "1份",
        "2份",
        "王芳",
        "五个工作日内一次性告知",
    ],
    DocumentKind.ACCEPTANCE: [
        "自2026年9月14日起予以受理",
        "2026年9月21日",
        "7K3M9Q",
        "撤销受理",
        "0571-00002002",
    ],
    DocumentKind.REFUSAL: ["不予受理", "应当向邻区市场监督管理局提出", "六十日内", "六个月内"],
    DocumentKind.CORRECTION: ["未标注面积", "补充标注", "2026年9月28日前补正", "视为撤回申请", "一次性告知"],
    DocumentKind.CERTIFICATE: ["330109********0017", "人民路88号", "2026年9月14日至2031年9月13日"],
    DocumentKind.APPROVAL: ["准予设置。", "（一）期满拆除。", "特此决定"],
    DocumentKind.RECORD: ["准予发放。", "于2026年9月14日办结"],
    DocumentKind.DENIAL: ["距学校35米。", "不符合合理布局。", "现决定不予许可", "六十日内", "六个月内"],
    DocumentKind.SIMULATED: [
        "模拟",
        "模拟准予",
        "（一）土地出让合同尚未签订。",
        "（二）地质灾害评估",
        "不是行政许可决定",
        "无需重新申请",
    ],
    DocumentKind.MENDING: ["沉沙池没有建。", "2026年10月20日前（含当日）整改", "依法撤销"],
    DocumentKind.REVOCATION: [
        "水准字〔2026〕第0001号",
        "未履行承诺。",
        "现决定撤销",
        "六十日内",
        "示例区人民法院",
    ],
    DocumentKind.NOT_PROCEEDED: ["因“公司设立登记”未予核准", "不再办理", "可以重新申请。"],
    DocumentKind.SPECIAL_PROCEDURE: [
        "专家评审",
        "第四十五条",
        "10个工作日",
        "2026年10月16日结束",
        "2026年10月28日办结",
    ],
    DocumentKind.EXTENSION: [
        "法定办结期限原至2026年10月30日",
        "市场监督管理局负责人批准",
        "法定办结期限延至2026年11月13日",
        "承诺办结日期相应改为2026年11月6日",
        "以一次为限",
    ],
}


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def kind_of(paper: content.Content) -> DocumentKind:
    return next(DocumentKind(kind) for kind, each in content.CONTENTS.items() if each is type(paper))


def draft(paper: content.Content, issuer: content.Issuer, **changes: object) -> OfficialDocument:
    kind = kind_of(paper)
    fields = {"title": kind.label, "issued_at": datetime(2026, 9, 14, 2, tzinfo=UTC), **changes}
    return OfficialDocument(
        kind=kind, number="示例区市监字〔2026〕第0001号", issuer=asdict(issuer), data=paper.as_data(),
        verify_token="t" * 24, **fields,
    )  # fmt: skip


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def issue(record: content.Record, issuer: content.Issuer, now: datetime) -> OfficialDocument:
    return documents.issue(
        kind=DocumentKind.RECORD, title="办理结果通知书", issuer=issuer, data=record.as_data(), holder="张*",
        reference=record.application_number, now=now,
    )  # fmt: skip


@pytest.mark.parametrize("paper", CONTENTS, ids=lambda paper: type(paper).__name__)
def test_render_pdf_says_what_the_kind_requires(paper, issuer, settings):
    settings.PUBLIC_URL = "https://zwfw.example.cn"
    text = text_of(render_pdf(draft(paper, issuer)).pdf)
    for words in [*SAYS[kind_of(paper)], issuer.name, "李小敏", "演示章", "扫码核验", "330199260914000123K"]:
        assert words in text
    assert "示例区市监字〔2026〕第0001号" in text
    assert f"https://zwfw.example.cn/verify/{'t' * 24}/" in text


def test_every_kind_of_document_has_a_content_and_a_sample():
    assert set(content.CONTENTS) == set(DocumentKind) == {kind_of(paper) for paper in CONTENTS}


@pytest.mark.parametrize("paper", CONTENTS, ids=lambda paper: type(paper).__name__)
def test_render_pdf_prints_typed_text_as_it_stands(paper, issuer):
    hostile = draft(replace(paper, to=HOSTILE), replace(issuer, name="示例#[局]"), title="通知$书")
    text = text_of(render_pdf(hostile).pdf)
    assert "".join(HOSTILE.split()) in text
    assert "示例#[局]" in text
    assert "通知$书" in text


def test_render_pdf_is_archival_accessible_and_embeds_its_fonts(issuer):
    pdf = render_pdf(draft(CONTENTS[0], issuer)).pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang" in pdf
    assert pypdfium2.PdfDocument(pdf).get_metadata_dict()["Title"].startswith("收件凭证")
    fonts = {obj.get_font().get_base_name().split("+")[-1] for obj in _texts(pdf)}
    assert fonts == {"NotoSerifSC-Regular", "NotoSansSC-Regular"}


def _texts(pdf: bytes) -> list[pypdfium2.PdfTextObj]:
    return list(pypdfium2.PdfDocument(pdf)[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))


def test_render_pdf_gives_the_same_bytes_and_true_digests(issuer):
    first, second = (render_pdf(draft(CONTENTS[1], issuer)) for _ in range(2))
    assert first == second
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(first.pdf)
    assert first.sm3 == sm3.finalize().hex()


def test_render_pdf_carries_long_lists_over_pages(issuer):
    materials = tuple(content.MaterialLine(name=f"材料{n}", originals=1) for n in range(80))
    pdf = render_pdf(draft(replace(CONTENTS[0], materials=materials), issuer)).pdf
    assert len(pypdfium2.PdfDocument(pdf)) >= 3
    assert "材料79" in text_of(pdf)


def test_render_pdf_of_deemed_acceptance_says_since_when(issuer):
    text = text_of(render_pdf(draft(replace(CONTENTS[1], deemed=True), issuer)).pdf)
    assert "即2026年9月14日起，视为受理" in text


def test_render_pdf_of_certificate_without_last_day_says_how_long(issuer):
    endless = replace(CONTENTS[4], valid_until=None)
    assert "自2026年9月14日起长期有效" in text_of(render_pdf(draft(endless, issuer)).pdf)
    words = replace(endless, validity="至工程竣工验收")
    assert "自2026年9月14日起，至工程竣工验收" in text_of(render_pdf(draft(words, issuer)).pdf)


def test_qr_svg_is_a_drawing_without_the_text_in_clear():
    drawing = qr_svg("https://zwfw.example.cn/verify/abc/")
    assert drawing.startswith("<svg")
    assert "verify" not in drawing


@pytest.mark.django_db
def test_issue_numbers_records_and_waits_for_rendering(record, issuer, now):
    first, second = issue(record, issuer, now), issue(record, issuer, now)
    assert first.number == "示例区市场监督管理局办字〔2026〕第0001号"
    assert second.number == "示例区市场监督管理局办字〔2026〕第0002号"
    assert first.verify_token != second.verify_token
    assert len(first.verify_token) >= 22
    assert list(OfficialDocument.objects.awaiting_receipt(now)) == []
    assert set(OfficialDocument.objects.awaiting_receipt(now + timedelta(seconds=15))) == {first, second}
    entry = AuditEntry.objects.get(record_type="core.officialdocument", record_id=str(first.pk))
    assert (entry.act, entry.reference, entry.actor_label) == (
        "document.issue",
        "330199260914000123K",
        "系统",
    )


@pytest.mark.django_db
def test_issue_takes_a_plain_asdict_and_stores_days_and_minutes_of_china(issuer, now):
    paper = CONTENTS[0]
    document = documents.issue(
        kind=DocumentKind.RECEIPT, title="收件凭证", issuer=issuer, data=asdict(paper), holder="李*敏",
        reference="1", now=now,
    )  # fmt: skip
    document.refresh_from_db()
    assert document.data["received_at"] == "2026-09-14T09:30"
    assert documents.render(document_id=document.pk, now=now).file


@pytest.mark.django_db
def test_issue_refuses_content_of_another_kind_and_takes_no_number(record, issuer, now):
    with pytest.raises(TypeError), transaction.atomic():
        documents.issue(
            kind=DocumentKind.DENIAL, title="不予许可", issuer=issuer, data=record.as_data(), holder="张*",
            reference="1", now=now,
        )  # fmt: skip
    assert issue(record, issuer, now).number.endswith("第0001号")
    assert OfficialDocument.objects.count() == 1


@pytest.mark.django_db
def test_render_stores_the_file_once_with_digests(record, issuer, now):
    document = issue(record, issuer, now)
    rendered = documents.render(document_id=document.pk, now=now)
    assert rendered.file.name == f"documents/2026/{document.verify_token}.pdf"
    assert rendered.receipted_at == now
    with rendered.file.open() as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == rendered.sha256
    again = documents.render(document_id=document.pk, now=now + timedelta(hours=1))
    assert (again.receipted_at, again.sha256) == (now, rendered.sha256)


@pytest.mark.django_db
def test_render_after_a_rollback_writes_over_the_file_it_left(record, issuer, now):
    document = issue(record, issuer, now)
    with transaction.atomic():
        left = documents.render(document_id=document.pk, now=now)
        transaction.set_rollback(True)
    assert default_storage.exists(left.file.name)
    rendered = documents.render(document_id=document.pk, now=now)
    assert (rendered.file.name, rendered.sha256) == (left.file.name, left.sha256)
    assert default_storage.listdir("documents/2026")[1] == [f"{document.verify_token}.pdf"]


class BrokenStorage(InMemoryStorage):
    """A disk that is full."""

    def _save(self, name: str, content: object) -> str:
        raise OSError("No space left on device")


@pytest.fixture
def full_disk(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.BrokenStorage"},
    }


@pytest.mark.django_db
def test_render_records_a_failure_and_stays_awaited(record, issuer, now, full_disk):
    document = issue(record, issuer, now)
    with pytest.raises(documents.DocumentNotReady) as caught:
        documents.render(document_id=document.pk, now=now)
    assert caught.value.code == "document_not_ready"
    document.refresh_from_db()
    assert document.last_error == "OSError: No space left on device"
    assert (document.receipted_at, document.failed_at, document.file.name) == (None, None, "")
    assert document in OfficialDocument.objects.awaiting_receipt(now + timedelta(minutes=1))


@pytest.mark.django_db
def test_render_gives_up_after_eight_attempts_and_a_later_opening_heals_it(record, issuer, now, settings):
    document = issue(record, issuer, now)
    OfficialDocument.objects.update(attempts=documents.MOST_ATTEMPTS - 1)
    working = settings.STORAGES
    settings.STORAGES = {**working, "default": {"BACKEND": f"{__name__}.BrokenStorage"}}
    with pytest.raises(documents.DocumentNotReady):
        documents.render(document_id=document.pk, now=now)
    document.refresh_from_db()
    assert document.failed_at == now
    assert not OfficialDocument.objects.awaiting_receipt(now + timedelta(days=1)).exists()
    settings.STORAGES = working
    healed = documents.ensure_rendered(document=document, now=now)
    assert (healed.receipted_at, healed.failed_at, healed.last_error) == (now, None, "")


@pytest.mark.django_db
def test_ensure_rendered_leaves_a_rendered_document_alone(record, issuer, now):
    document = documents.ensure_rendered(document=issue(record, issuer, now), now=now)
    assert documents.ensure_rendered(document=document, now=now + timedelta(days=1)) is document


@pytest.mark.django_db
def test_revoke_keeps_the_document_and_says_why(record, issuer, now):
    document = issue(record, issuer, now)
    revoked = documents.revoke(document=document, reason=" 以欺骗手段取得 ", by=None, now=now)
    assert (revoked.revoked_at, revoked.revoked_reason) == (now, "以欺骗手段取得")
    assert selectors.document_for_verification(document.verify_token) == revoked
    assert AuditEntry.objects.filter(act="document.revoke", record_id=str(document.pk)).count() == 1


@pytest.mark.django_db
def test_revoke_refuses_a_second_time_and_without_a_reason(record, issuer, now):
    document = issue(record, issuer, now)
    with pytest.raises(Refusal, match="撤销原因"):
        documents.revoke(document=document, reason=" ", by=None, now=now)
    documents.revoke(document=document, reason="发证有误", by=None, now=now)
    with pytest.raises(Refusal, match="无需再次撤销"):
        documents.revoke(document=document, reason="又一次", by=None, now=now)


@pytest.mark.django_db
def test_document_for_verification_knows_nothing_of_other_tokens(record, issuer, now):
    issue(record, issuer, now)
    assert selectors.document_for_verification("") is None
    assert selectors.document_for_verification("x" * 24) is None


@pytest.mark.django_db
def test_database_refuses_a_receipted_document_without_digests(record, issuer, now):
    document = issue(record, issuer, now)
    with pytest.raises(IntegrityError, match="document_rendered_has_digest"):
        OfficialDocument.objects.filter(pk=document.pk).update(receipted_at=now)


def test_certificate_identifier_on_paper_is_the_one_given(issuer):
    identifier = "1.2.156.3005.2.11100000MB0143028R001.11330199003000743N.DEMO2026112100001.001.2"
    assert is_certificate_identifier(identifier)
    assert identifier in text_of(render_pdf(draft(replace(CONTENTS[4], identifier=identifier), issuer)).pdf)


# --- any text can be printed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Łukasz Żółć", "أحمد", "Ωμέγα", "Привет", "阿·依夏木", "𫛭"])
def test_render_pdf_sets_names_of_many_scripts(issuer, name):
    certificate = replace(CONTENTS[4], to=name)
    assert "字库暂缺" not in text_of(render_pdf(draft(certificate, issuer)).pdf)


@pytest.mark.parametrize("paper", [CONTENTS[1], CONTENTS[4]], ids=["notice", "certificate"])
@pytest.mark.parametrize(
    ("name", "shown", "note"),
    [
        ("田𠮷", "田〓", "〓为字库暂缺的字：U+20BB7"),
        ("김민준", "〓〓〓", "U+AE40、U+BBFC、U+C900"),
        ("李😀", "李〓", "U+1F600"),
        ("李\ue000", "李〓", "U+E000"),
    ],
)
def test_render_pdf_writes_a_stand_in_for_what_no_font_has_and_says_so(issuer, paper, name, shown, note):
    text = text_of(render_pdf(draft(replace(paper, to=name), issuer)).pdf)
    assert shown in text
    assert note in text


def test_render_pdf_lists_only_the_first_of_many_missing_characters(issuer):
    name = "".join(chr(0xAC00 + each) for each in range(30))
    text = text_of(render_pdf(draft(replace(CONTENTS[1], to=name), issuer)).pdf)
    assert "U+AC07等" in text
    assert "U+AC08" not in text


def test_render_pdf_keeps_control_and_direction_characters_off_the_page(issuer):
    text = text_of(render_pdf(draft(replace(CONTENTS[1], to="李\x00小\u202e敏\x1b"), issuer)).pdf)
    assert "李小敏：" in text


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=60)
def test_render_pdf_of_any_text_is_a_document(text):
    name = "示例区市场监督管理局"
    office = content.Issuer(name=name, code="SCJG", uscc="11330199003000743N", seal_name=name + "专用章")
    lines = (content.Line(label="办理对象", value=text),)
    for paper in (replace(CONTENTS[4], to=text, lines=lines), replace(CONTENTS[1], to=text)):
        assert render_pdf(draft(paper, office)).pdf.startswith(b"%PDF-")


def test_render_pdf_shows_every_common_character(issuer):
    """What is left at the very last, when fonts quarrel over a text, is in every font."""
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    common = "".join(pair.decode("gb2312", "ignore") for pair in rows)
    assert len(common) > 7000
    whole = replace(CONTENTS[6], result=common)
    assert "字库暂缺" not in text_of(render_pdf(draft(whole, issuer)).pdf)
    assert glyphs.shown_everywhere([common, "김"]) == set(common)


@pytest.mark.parametrize("paper", [CONTENTS[1], CONTENTS[4]], ids=["notice", "certificate"])
def test_render_pdf_breaks_a_long_word_instead_of_leaving_the_page(issuer, paper):
    pdf = render_pdf(draft(replace(paper, to="Donaudampfschifffahrt" * 6), issuer)).pdf
    page = pypdfium2.PdfDocument(pdf)[0]
    assert "Donaudampfschifffahrt" * 6 in text_of(pdf)
    assert max(each.get_bounds()[2] for each in _texts(pdf)) < page.get_width() - 40


def test_render_pdf_keeps_a_slip_with_little_too_much_on_one_page(issuer):
    materials = tuple(content.MaterialLine(name=f"材料{n}", originals=1) for n in range(14))
    pdf = render_pdf(draft(replace(CONTENTS[1], deferred=(), materials=materials), issuer)).pdf
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert "第1页共1页" in text_of(pdf)


def test_render_pdf_sets_a_slip_no_closer_than_it_must(issuer):
    """As many rows as a restaurant's slip has: they leave air, though one page is not enough for them set wide."""
    matters = tuple(content.MatterLine(name=f"事项{n}", limit="当场办结") for n in range(4))
    materials = tuple(content.MaterialLine(name=f"第{n}号材料", originals=1) for n in range(11))
    pdf = render_pdf(
        draft(replace(CONTENTS[1], deferred=(), matters=matters, materials=materials), issuer)
    ).pdf
    assert len(pypdfium2.PdfDocument(pdf)) == 1

    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    heights = []
    for n in range(11):
        index = page.search(f"第{n}号材料").get_next()[0]
        heights.append(page.get_charbox(index)[1])
    assert (
        min(above - below for above, below in pairwise(heights)) > 14
    )  # points from line to line; the type has 10.5


def test_render_pdf_keeps_a_common_name_of_a_matter_on_one_line(issuer):
    name = "税务信息确认（新办纳税人）"
    line = content.MatterLine(name=name, department="市场监督管理局", limit="5个工作日", due_on=DAY)
    page = pypdfium2.PdfDocument(render_pdf(draft(replace(CONTENTS[1], matters=(line,)), issuer)).pdf)[0]

    text = page.get_textpage()
    start = text.search("税务信息确认").get_next()[0]
    assert abs(text.get_charbox(start)[1] - text.get_charbox(start + len(name) - 2)[1]) < 3


def test_receipt_says_its_situation_only_where_there_is_one(issuer):
    said = [
        pypdfium2.PdfDocument(render_pdf(draft(receipt, issuer)).pdf)[0].get_textpage().search("办理情形")
        for receipt in (CONTENTS[0], replace(CONTENTS[0], situation=""))
    ]
    assert said[0].get_next() is not None
    assert said[1].get_next() is None
