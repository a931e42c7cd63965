"""What is unsafe in production is refused at start-up, with the name of the setting."""

import base64

import pytest

from credenza.errors import Refused
from credenza.service.environment import Mode, read

SAFE = {
    "CREDENZA_SECRET_KEY": "xK3!9vLq0PzR7sTfW2bYc8NdE5gHj1MuA4oI6rQ",
    "CREDENZA_KEY_ENCRYPTION_KEY": base64.b64encode(bytes(range(32))).decode(),
    "CREDENZA_SITE_URL": "https://credentials.uni.example",
    "CREDENZA_DATABASE_URL": "postgresql:///credenza",
    "CREDENZA_MAIL_URL": "smtp+starttls://user:pw@mail.uni.example",
}
SAFE["CREDENZA_SECRET_KEY"] += "zz"


def test_production_is_the_default_and_takes_safe_settings():
    environment = read(SAFE)
    assert environment.mode is Mode.PRODUCTION
    assert environment.allowed_hosts == ("credentials.uni.example",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREDENZA_SECRET_KEY", ""),
        ("CREDENZA_SECRET_KEY", "short"),
        ("CREDENZA_SECRET_KEY", "demo-only-never-in-production-demo-only-never-in-production"),
        ("CREDENZA_SECRET_KEY", "a" * 60),
        ("CREDENZA_KEY_ENCRYPTION_KEY", ""),
        ("CREDENZA_KEY_ENCRYPTION_KEY", "AAAA"),
        ("CREDENZA_KEY_ENCRYPTION_KEY", "not base64!"),
        ("CREDENZA_SITE_URL", "http://credentials.uni.example"),
        ("CREDENZA_SITE_URL", ""),
        ("CREDENZA_DEBUG", "1"),
        ("CREDENZA_DEQAR_TOKEN", "a-token-without-an-address"),
        ("CREDENZA_DEQAR_URL", "https://register.example/reports/"),
        ("CREDENZA_ALLOWED_HOSTS", "*"),
        ("CREDENZA_ALLOWED_HOSTS", "credentials.uni.example, *"),
        ("CREDENZA_TRUSTED_PROXIES", "-1"),
        ("CREDENZA_TRUSTED_PROXIES", "yes"),
        ("CREDENZA_MAIL_URL", "file:/tmp/mail"),
        ("CREDENZA_DEMO_NEIGHBOURS", "https://a.example=http://127.0.0.1:1"),
        ("CREDENZA_DEMO_BASE", "https://other.example"),
        ("CREDENZA_DEMONSTRATION", "world.toml"),
        ("CREDENZA_MODE", "development"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(name, value):
    with pytest.raises(Refused) as refused:
        read(SAFE | {name: value})
    assert refused.value.code == "settings-unsafe"
    assert name in refused.value.message


def test_only_services_on_this_machine_are_neighbours_of_a_demonstration():
    demo = {"CREDENZA_MODE": "demo", "CREDENZA_DEMO_NEIGHBOURS": "https://a.example=http://127.0.0.2:8001"}
    assert read(demo).neighbours == (("https://a.example", "http://127.0.0.2:8001"),)
    assert read(demo).allow_loopback
    assert not read(SAFE).allow_loopback
    for wrong in ("https://a.example=http://10.0.0.1", "http://a.example=http://127.0.0.1", "https://a.example"):
        with pytest.raises(Refused):
            read(demo | {"CREDENZA_DEMO_NEIGHBOURS": wrong})
