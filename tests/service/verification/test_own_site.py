"""What is kept of the site's own keys, lists and trust is never older than the database."""

import pytest
from django.utils import timezone

from credenza.service.exchange import vc_instances, vc_status
from credenza.service.issuance import keys, status
from credenza.service.issuance.documents import document
from credenza.service.verification import own_site, sources


def outcome(data: bytes, name: str) -> str:
    return sources.check(data).check(name).outcome


@pytest.mark.parametrize("name", ["elm", "open-badge", "sd-jwt-vc"])
def test_each_change_of_a_status_is_seen_by_the_very_next_check(award, name):
    data = document(award, name).data
    assert outcome(data, "status") == "passed"
    status.suspend(award, actor="test")
    assert outcome(data, "status") == "failed"
    status.reinstate(award, actor="test")
    assert outcome(data, "status") == "passed"
    status.revoke(award, "A mistake", actor="test")
    assert outcome(data, "status") == "failed"


def test_a_second_check_asks_the_database_once(award, django_assert_num_queries):
    data = document(award, "open-badge").data
    sources.check(data)
    with django_assert_num_queries(1):
        assert outcome(data, "status") == "passed"


def test_new_keys_and_new_organisations_are_known_at_once(award, make_organisation):
    before = own_site.current()
    assert own_site.current() is before
    keys.create_proof_key(award.organisation, actor="test")
    with_key = own_site.current()
    assert with_key is not before
    other = make_organisation("other")
    assert other.record["id"] in own_site.current().sources.trusted_issuers
    assert other.record["id"] not in with_key.sources.trusted_issuers


def test_a_change_in_the_vc_api_is_seen_by_the_very_next_check(organisation):
    instance = vc_instances.add_instance(organisation, "own", "eddsa-rdfc-2022", key_kind="Ed25519", actor="test")
    register = vc_status.Register(instance, actor="test")
    entry = register.reserve("urn:1")[0]

    def listed() -> bytes:
        return own_site.current()(entry.list_url, accept=own_site.STATUS_TYPES, maximum_bytes=10**6).content

    before = listed()
    assert listed() == before
    register.set_status("urn:1", "revocation", True)
    assert listed() != before


def test_what_is_kept_is_read_again_after_a_minute_whatever_the_edition_says(award):
    site = own_site.current()
    site._read_at -= own_site.KEPT_SECONDS
    assert own_site.current() is not site


def test_dates_are_judged_anew_from_what_is_kept(award):
    data = document(award, "open-badge").data
    assert outcome(data, "status") == "passed"
    later = timezone.now() + timezone.timedelta(days=30)
    assert sources.check(data, now=later).check("status").outcome == "not_checked", "the kept list ended long before"
