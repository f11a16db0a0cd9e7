import pytest

from core.errors import Invalid
from systems.addresses import require_allowed


@pytest.mark.parametrize(
    "address",
    [
        "https://tax.example/inbox",
        "https://tax.example:443/",
        "https://tax.example:8443/a?b=c",
        "http://127.0.0.1:9000/",
    ],
)
def test_require_allowed_lets_named_hosts_pass(settings, address):
    settings.SYSTEM_HOSTS = ["tax.example", "tax.example:8443", "127.0.0.1:9000"]
    require_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/",
        "https://tax.example:9443/",
        "https://tax.example.evil.example/",
        "https://tax.example@other.example/",
        "https://user:password@tax.example/",
        "https://tax.example/#part",
        "http://tax.example/",
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "ftp://tax.example/",
        "https://[::1/",
        "https://tax.example:99999/",
        "tax.example",
        "",
    ],
)
def test_require_allowed_refuses_everything_else(settings, address):
    settings.SYSTEM_HOSTS = ["tax.example", "127.0.0.1:9000"]
    with pytest.raises(Invalid, match="推送地址"):
        require_allowed(address)


def test_plain_http_is_for_a_demo_only(settings):
    settings.SYSTEM_HOSTS = ["tax.example"]
    settings.DEMO = True
    require_allowed("http://tax.example/")
