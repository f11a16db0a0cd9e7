"""One-time codes by SMS: who types one back holds the phone."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from core.codes import normalise, validate_mobile
from core.enums import CodePurpose
from core.errors import Invalid, Refusal
from core.fields import blind_index
from core.locks import lock_name
from core.models import PhoneCode
from core.services.notices import send_sms

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 5


class TooManyCodes(Refusal):
    """A phone is not flooded with messages."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "too_many_codes", "这个手机号码一小时内获取验证码的次数过多，请一小时后再试。", field="phone"
        )


def request_code(*, phone: str, purpose: str, now: datetime) -> None:
    """Send a six-digit code to a phone, whether or not an account knows that phone.

    It holds for ten minutes and five tries and takes the place of earlier codes; at most five an hour per phone.
    """
    phone = validate_mobile(phone)
    purpose = CodePurpose(purpose)
    index = blind_index(phone)
    with transaction.atomic():
        lock_name(f"phone-code:{index}")
        hour = PhoneCode.objects.filter(phone_index=index, created_at__gt=now - timedelta(hours=1))
        if hour.count() >= MOST_AN_HOUR:
            raise TooManyCodes
        code = f"{secrets.randbelow(1_000_000):06d}"
        PhoneCode.objects.create(
            phone_index=index,
            purpose=purpose,
            code_digest=_digest(phone, purpose, code),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        text = f"【{CodePurpose(purpose).label}】验证码{code}，10分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。"
        send_sms(phone=phone, text=text, now=now)


def spend_code(*, phone: str, purpose: str, code: str, now: datetime) -> Invalid | None:
    """Use up a code in the caller's transaction; return None when it was right, else what to tell the person.

    The refusal is returned and not raised so that the caller can commit the counted try before raising it.
    """
    held = (
        PhoneCode.objects.select_for_update()
        .filter(phone_index=blind_index(phone), purpose=purpose)
        .order_by("-created_at", "-pk")
        .first()
    )
    if held is None or held.used_at or held.expires_at <= now or held.tries >= MOST_TRIES:
        return Invalid("code_expired", "验证码已失效或尚未获取，请重新获取验证码。", field="code")
    if not hmac.compare_digest(held.code_digest, _digest(phone, purpose, normalise(code))):
        held.tries += 1
        held.save(update_fields=["tries"])
        left = MOST_TRIES - held.tries
        after = f"还可以再试{left}次" if left else "请重新获取验证码"
        return Invalid("code_wrong", f"验证码不正确，请核对最近一条短信中的6位数字；{after}。", field="code")
    held.used_at = now
    held.save(update_fields=["used_at"])
    return None


def _digest(phone: str, purpose: str, code: str) -> str:
    return blind_index(f"{purpose}:{phone}:{code}")
