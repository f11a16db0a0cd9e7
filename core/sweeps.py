"""What the sweeper of the core room sends again."""

from django.utils import timezone

from core.models import OfficialDocument, Sms
from core.queue import DELIVERY, NOTIFY, Sweep
from core.services.documents import RENDER_TASK
from core.services.notices import SEND_TASK

SWEEPS: tuple[Sweep, ...] = (
    Sweep(
        OfficialDocument,
        task=RENDER_TASK,
        argument="document_id",
        queue=lambda _: DELIVERY,
        gives_up=True,
        title="生成文书",
        label=lambda document: f"{document.title} {document.number}",
    ),
    Sweep(
        Sms,
        task=SEND_TASK,
        argument="sms_id",
        queue=lambda _: NOTIFY,
        gives_up=True,
        title="发送短信",
        label=lambda sms: f"短信 {sms.pk}，{timezone.localtime(sms.created_at):%Y-%m-%d %H:%M} 写成",
    ),
)
