"""A link that somebody hands in leads to a credential, to a page of this site, or nowhere."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("http://testserver/s/abc?x=1#y", "/s/abc?x=1#y"),
        ("http://testserver", "/"),
        ("http://testserver//evil.example/login", "/evil.example/login"),
        ("https://testserver///evil.example", "/evil.example"),
        ("http://testserver/\\evil.example", "/%5Cevil.example"),
    ],
)
def test_a_link_to_this_site_opens_a_page_of_this_site(client, link, leads_to):
    answer = client.post("/verify", {"text": link})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


@pytest.mark.parametrize("link", ["https://[::1", "http://[x]/"])
def test_a_broken_link_is_told_as_such(client, link):
    assert client.post("/verify", {"text": link}).status_code == 422
