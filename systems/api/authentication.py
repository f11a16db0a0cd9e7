"""Letting a department's system in by its signature."""

import hmac

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core import clock
from core.errors import Forbidden, Refusal
from systems import signing
from systems.models import DepartmentSystem
from systems.selectors import incoming_key

MOST_BYTES = 64 * 1024


class NotSigned(Refusal):
    """The signature is missing, too old, of a key that is not valid, or wrong."""

    status = 401


class BodyTooLarge(Refusal):
    """No result is as large as this."""

    status = 413

    def __init__(self) -> None:
        super().__init__("too_large", f"请求内容过大，不能超过 {MOST_BYTES // 1024} KB。")


class LengthRequired(Refusal):
    """What comes in chunks has no length to check before it is read (RFC 9110 §15.5.12)."""

    status = 411

    def __init__(self) -> None:
        super().__init__("length_required", "请附上 Content-Length 一次发送全部内容，不要分块发送。")


class Signed(BaseAuthentication):
    """A request signed with a valid incoming key; `request.auth` is the system, `request.user` nobody."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, DepartmentSystem]:
        key_id, moment, signature = (
            request.headers.get(name, "") for name in (signing.KEY, signing.MOMENT, signing.SIGNATURE)
        )
        if not (key_id and moment and signature):
            raise NotSigned("signature_missing", "请附上 System-Key、System-Timestamp 和 System-Signature。")
        if not signing.is_fresh(moment, seconds=clock.machine_seconds()):
            raise NotSigned("signature_too_old", "签名时间与本机时间相差超过5分钟，请校准时钟后重新签名。")
        key = incoming_key(key_id)
        wanted = signing.signature(
            key.secret if key else "",
            moment=moment,
            method=request.method or "",
            target=request.get_full_path(),
            once=request.headers.get(signing.ONCE, ""),
            body=_body(request),
        )
        if key is None or not hmac.compare_digest(wanted.encode(), signature.encode()):
            raise NotSigned("signature_wrong", "签名不正确，或密钥已停用；请核对密钥编号和签名的内容。")
        return AnonymousUser(), key.system


def _body(request: Request) -> bytes:
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit() or int(length) > MOST_BYTES:
        raise BodyTooLarge()
    return request._request.body


class InUse(BasePermission):
    """Only a system that is in use may ask anything."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, DepartmentSystem) or not request.auth.active_since:
            raise Forbidden("system_not_in_use", "这个部门系统没有启用，请联系系统管理员。")
        return True
