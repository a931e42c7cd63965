"""How often anybody may ask, and how much they may send (see docs/security-asvs.md)."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.django_db


PASSWORD = "correct horse battery staple"


def asked_until_stopped(limit, ask):
    """How many requests were answered before one was stopped; a minute may end in between, but not two."""
    for number in range(2 * limit + 1):
        answer = ask(number)
        if answer.status_code == 429:
            return number, answer
    raise AssertionError("it was never stopped")


class TestLimits:
    def test_guessing_a_password_is_stopped_and_the_right_one_too_for_a_while(self, client, make_user):
        make_user("ana@example.org")
        form = {"login": "ana@example.org", "password": "wrong password here"}
        answers = [client.post("/account/login/", form) for _ in range(12)]
        assert any("Too many" in one.text or one.status_code == 429 for one in answers)
        client.post("/account/login/", form | {"password": PASSWORD})
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize(
        ("address", "limit"), [("/verify", 60), ("/claim/x", 30), ("/api/v1/verify", 60), ("/o/uni/verify", 60)]
    )
    def test_asking_too_often_is_told_with_429(self, client, organisation, address, limit):
        before, stopped = asked_until_stopped(limit, lambda _n: client.post(address, {"text": "x", "number": "x"}))
        assert before >= limit
        assert stopped["Retry-After"] == "60"

    def test_another_address_is_not_counted_in(self, client):
        asked_until_stopped(60, lambda _n: client.post("/verify", {"text": "x"}))
        assert client.post("/verify", {"text": "x"}, REMOTE_ADDR="192.0.2.7").status_code != 429

    def test_a_made_up_forwarding_header_does_not_help(self, client):
        asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
        )

    @pytest.mark.parametrize(
        "address", ["2001:db8:1:2:{n:x}::1", "2001:db8:1:2::{n:x}", "::ffff:192.0.2.7", "[2001:db8:1:2::{n:x}]:{n}"]
    )
    def test_a_network_of_ipv6_is_one_asker(self, client, address):
        before, _ = asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, REMOTE_ADDR=address.format(n=4096 + n))
        )
        assert before >= 60

    def test_networks_beside_each_other_are_not_counted_together(self, client):
        asked_until_stopped(60, lambda _n: client.post("/verify", {"text": "x"}, REMOTE_ADDR="2001:db8:1:2::1"))
        for other in ("2001:db8:1:3::1", "::ffff:192.0.2.7", "192.0.2.8:4711"):
            assert client.post("/verify", {"text": "x"}, REMOTE_ADDR=other).status_code != 429

    def test_another_port_of_the_same_address_is_the_same_asker(self, client, settings):
        settings.CREDENZA = replace(settings.CREDENZA, trusted_proxies=1)
        asked_until_stopped(
            60, lambda n: client.post("/verify", {"text": "x"}, headers={"X-Forwarded-For": f"192.0.2.1:{4000 + n}"})
        )

    @pytest.mark.parametrize("length", ["26000001", "99999999999999999999", "-1", "1e9"])
    @pytest.mark.parametrize("address", ["/verify", "/wallet/bring", "/api/v1/verify", "/credentials/verify", "/"])
    def test_what_is_too_large_is_refused_before_it_is_read(self, client, address, length):
        assert client.post(address, {"text": "x"}, CONTENT_LENGTH=length).status_code == 413
