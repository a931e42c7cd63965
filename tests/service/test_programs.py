"""What programs use is answered by a short way: without what only pages need, and with every guard that programs need."""

import pytest

pytestmark = pytest.mark.django_db
END_POINTS = ["/api/v1/verify", "/credentials/verify"]


@pytest.mark.parametrize("path", END_POINTS)
class TestTheShortWay:
    def test_it_sets_no_cookie_and_looks_at_none(self, signed_in, organisation, path):
        answer = signed_in("owner", organisation).post(path, b"{}", "application/json")
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert not hasattr(answer.wsgi_request, "session")

    def test_another_host_is_refused(self, client, path):
        answer = client.post(path, b"{}", "application/json", headers={"host": "evil.example"})
        assert answer.status_code == 400

    def test_a_nul_is_refused(self, client, path):
        assert client.post(f"{path}?a=%00", b"{}", "application/json").status_code == 400

    def test_the_answer_says_how_long_it_is(self, client, path):
        answer = client.post(path, b"{}", "application/json")
        assert int(answer["Content-Length"]) == len(answer.content)

    def test_plain_http_is_refused_where_https_is_asked(self, client, settings, path):
        settings.SECURE_SSL_REDIRECT = True
        answer = client.post(path, b"{}", "application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "https-required")


@pytest.mark.parametrize("path", ["/credentials/no-such-thing", "/presentations/", "/vc/x/nothing"])
def test_an_address_that_no_program_uses_is_a_page_that_says_so(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_program_is_told_in_the_language_that_it_asks_for(client):
    told = [
        client.post("/api/v1/verify", b"x" * 10_000_001, "text/plain", headers={"accept-language": one})
        for one in ("de", "en")
    ]
    assert [one["Content-Language"] for one in told] == ["de", "en"]
    assert told[0].json()["detail"] != told[1].json()["detail"]
    assert told[0].json()["code"] == told[1].json()["code"]
