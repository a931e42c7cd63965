"""What is unsafe in production is refused at start-up, with the name of the setting."""

import base64

import pytest

from credenza.errors import Refused
from credenza.service.databases import database
from credenza.service.environment import Mode, read
from credenza.service.mail_settings import mail

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
        ("CREDENZA_KEY_ENCRYPTION_KEY", base64.b64encode(bytes(32)).decode()),
        ("CREDENZA_KEY_ENCRYPTION_KEY", SAFE["CREDENZA_SECRET_KEY"]),
        ("CREDENZA_FORMER_KEY_ENCRYPTION_KEY", SAFE["CREDENZA_KEY_ENCRYPTION_KEY"]),
        ("CREDENZA_METRICS_TOKEN", "guess"),
        ("CREDENZA_SITE_URL", "https://credentials.uni.example/micro"),
        ("CREDENZA_SITE_URL", "https://credentials.uni.example?x"),
        ("CREDENZA_SITE_URL", "https://user:pw@credentials.uni.example"),
        ("CREDENZA_SITE_URL", "https://192.0.2.7"),
        ("CREDENZA_SITE_URL", "https://[2001:db8::1]"),
        ("CREDENZA_SITE_URL", "https://credentials.uni.example:99999"),
        ("CREDENZA_SITE_URL", "https://["),
        ("CREDENZA_ALLOWED_HOSTS", ".uni.example"),
        ("CREDENZA_DATABASE_URL", ""),
        ("CREDENZA_DATABASE_URL", "sqlite:///:memory:"),
        ("CREDENZA_DATABASE_URL", "sqlite:///credenza.sqlite3"),
        ("CREDENZA_MAIL_URL", "smtp://user:pw@mail.uni.example"),
        ("CREDENZA_MAIL_URL", "smtp://"),
        ("CREDENZA_MAIL_FROM", "Micro-credentials"),
        ("CREDENZA_MAIL_FROM", "a@uni.example\nBcc: all@uni.example"),
        ("CREDENZA_EMREG", "http://emreg.example"),
        ("CREDENZA_EWP_CATALOGUE", "HTTP://registry.example"),
        ("CREDENZA_CARD_ROUTER_URL", "http://router.example"),
        ("CREDENZA_TRUST_ANCHORS", "/not/there.pem"),
        ("CREDENZA_LOG_LEVEL", "chatty"),
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREDENZA_MAIL_URL", "smtp://user:pw@127.0.0.1:2525"),
        ("CREDENZA_MAIL_URL", "smtp://relay.uni.example"),
        ("CREDENZA_MAIL_FROM", "Micro-credentials <credentials@uni.example>"),
        ("CREDENZA_SITE_URL", "https://credentials.uni.example:8443/"),
        ("CREDENZA_DATABASE_URL", "sqlite:////var/lib/credenza/credenza.sqlite3"),
        ("CREDENZA_EMREG", "/var/lib/credenza/emreg.json"),
        ("CREDENZA_METRICS_TOKEN", "a-token-of-twenty-letters"),
        ("CREDENZA_LOG_LEVEL", "debug"),
    ],
)
def test_what_is_safe_is_taken(name, value):
    read(SAFE | {name: value})


def test_more_hosts_are_allowed_besides_the_one_of_the_site():
    hosts = read(SAFE | {"CREDENZA_ALLOWED_HOSTS": "alias.uni.example"}).allowed_hosts
    assert hosts == ("credentials.uni.example", "alias.uni.example")


@pytest.mark.parametrize("setting", [database, mail])
def test_a_port_that_is_none_is_refused(setting):
    scheme = "postgresql" if setting is database else "smtps"
    with pytest.raises(Refused):
        setting(f"{scheme}://user:pw@host.example:many/name")
