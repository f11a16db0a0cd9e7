"""How the core room is read."""

from django.db.models import QuerySet

from core.models import Message, OfficialDocument, Sms, User


def inbox(viewer: User) -> QuerySet[Message]:
    """Return the messages of the applicant behind an account, newest first; none for an account without one."""
    return Message.objects.filter(applicant__user=viewer)


def unread_count(viewer: User) -> int:
    """Return how many messages the viewer has not opened yet."""
    return inbox(viewer).filter(read_at=None).count()


def sms_outbox() -> QuerySet[Sms]:
    """Return every short message, newest first; for the demo's page of the recording simulator only."""
    return Sms.objects.all()


def document_for_verification(token: str) -> OfficialDocument | None:
    """Return the document anybody may verify with this token, valid or revoked, or None."""
    if "\0" in token:  # PostgreSQL takes no such text
        return None
    return OfficialDocument.objects.filter(verify_token=token).first()


def failed_documents() -> int:
    """Return how many documents were given up after many attempts and wait for somebody to look after them."""
    return OfficialDocument.objects.filter(receipted_at=None).exclude(failed_at=None).count()
