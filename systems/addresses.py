"""Where messages may be sent: to the hosts the operator has named, and nowhere else."""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from core.errors import Invalid

PORTS = {"https": 443, "http": 80}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def require_allowed(address: str) -> SplitResult:
    """Return the parts of an address that may be sent to, or raise Invalid on `address`.

    It must name a host of SYSTEM_HOSTS (`host`, or `host:port` for a port that is not the usual one) and be HTTPS; plain
    HTTP only in a demo and to this machine itself.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _refused("推送地址写得不对，请填写完整的网址。") from error
    host = parts.hostname or ""
    if parts.scheme not in PORTS or not host or parts.username or parts.fragment:
        raise _refused("推送地址写得不对，请填写完整的网址，其中不能有用户名和井号。")
    if parts.scheme == "http" and not (settings.DEMO or host in LOOPBACK):
        raise _refused("推送地址必须以 https:// 开头。")
    named = {f"{host}:{port}"} | ({host} if port == PORTS[parts.scheme] else set())
    if not named & set(settings.SYSTEM_HOSTS):
        raise _refused("推送地址的主机不在允许的名单里；请运维人员把它加入环境变量 SYSTEM_HOSTS。")
    return parts


def _refused(sentence: str) -> Invalid:
    return Invalid("address_not_allowed", sentence, field="address")
