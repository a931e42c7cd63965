"""Everything that the console does can be done by the API: each page of it beside its operations."""

import re

import pytest
from django.urls import get_resolver

from credenza.service.api.v1.api import api

PEOPLE_ONLY = {
    "console_choose": "a key belongs to one organisation",
    "console_found": "operators found organisations",
}
OPERATIONS = {
    "console": "GET waiting",
    "console_organisation": "GET organisation, PUT organisation, PUT organisation/logo, DELETE organisation/logo",
    "console_accreditations": "GET organisation/accreditations",
    "console_accreditation": "PUT organisation/accreditations, DELETE organisation/accreditations",
    "console_people": "GET people, GET people/invitations, POST people/invitations",
    "console_change_person": "POST people/{person}/roles, DELETE people/{person}/roles/{role}",
    "console_second_factor": "PUT people/second-factor",
    "console_keys": "GET keys, POST keys, POST keys/import, POST keys/{key}/retire",
    "console_audit": "GET audit, GET audit/check",
    "console_audit_export": "GET audit.csv",
    "console_api": (
        "GET api-keys, POST api-keys/{api_key}/revoke, GET webhooks, POST webhooks, DELETE webhooks/{webhook},"
        " POST webhooks/{webhook}/secret, POST webhooks/{webhook}/disable, POST webhooks/{webhook}/enable,"
        " POST webhooks/{webhook}/ping, GET webhooks/{webhook}/messages,"
        " POST webhooks/{webhook}/messages/{message}/retry"
    ),
    "definitions": "GET definitions",
    "definition_new": "POST definitions",
    "definition_show": "GET versions/{version}, GET definitions/{definition}/versions, GET versions/{version}/preview",
    "definition_edit": "PUT versions/{version}, POST versions/{version}/submit, GET vocabularies/{name}",
    "definition_live": "GET versions/{version}/preview",
    "definition_decide": (
        "POST versions/{version}/approve, POST versions/{version}/return, POST definitions/{definition}/withdraw,"
        " POST definitions/{definition}/versions"
    ),
    "definition_certificate": "GET versions/{version}/certificate",
    "issue": "GET batches, GET definitions",
    "issue-upload": "POST batches/file",
    "issue-template": "GET definitions/{definition}/class-list.xlsx",
    "issue-one": "POST awards",
    "issue-batch": "GET batches/{batch}",
    "issue-columns": "PUT batches/{batch}/columns",
    "issue-rows": "GET batches/{batch}/rows",
    "issue-corrections": "GET batches/{batch}/to-mend.xlsx",
    "issue-preview": "GET batches/{batch}/preview",
    "issue-preview-image": "GET batches/{batch}/preview/certificate",
    "issue-approve": "POST batches/{batch}/approve",
    "issue-go-on": "POST batches/{batch}/resume",
    "issue-cancel": "POST batches/{batch}/cancel",
    "issue-progress": "GET batches/{batch}",
    "awards": "GET awards",
    "awards-correct": "POST corrections/file",
    "awards-correct-sheet": "GET corrections/awards.xlsx",
    "awards-change": "POST award-changes, POST awards/{award}/revoke, POST awards/{award}/renew",
    "award": "GET awards/{award}",
    "award-correct": "POST awards/{award}/replace",
    "award-file": "GET awards/{award}/documents/{name}",
    "statistics": "GET statistics",
    "statistics-csv": "GET statistics.csv",
    "desk": "GET recognition/cases",
    "desk_case": "GET recognition/cases/{case}, GET recognition/evaluators",
    "desk_decide": "POST recognition/cases/{case}/decide",
    "desk_elmo": "GET recognition/cases/{case}/decision.xml",
    "desk_file": "GET recognition/cases/{case}/files/{file}",
    "desk_act": (
        "POST recognition/cases/{case}/take, POST recognition/cases/{case}/assign, POST recognition/cases/{case}/ask,"
        " POST recognition/cases/{case}/confirm, POST recognition/cases/{case}/return,"
        " POST recognition/cases/{case}/lift-flag"
    ),
    "desk_rules": "GET recognition/requirements, GET recognition/policies",
    "desk_decide_open": "POST recognition/decide-open",
    "desk_import_toml": "POST recognition/rulebook",
    "desk_new_requirement": "POST recognition/requirements",
    "desk_requirement": "PUT recognition/requirements/{requirement}, POST recognition/requirements/{requirement}/withdraw",
    "desk_new_policy": "POST recognition/policies",
    "desk_policy": "PUT recognition/policies/{policy}, POST recognition/policies/{policy}/withdraw",
    "desk_settings": "GET recognition/desk, PUT recognition/desk",
    "desk_register": "GET recognition/register, POST recognition/register, POST recognition/register/fetch",
    "desk_levels": "GET recognition/levels, PUT recognition/levels",
    "desk_statistics": "GET recognition/statistics",
    "desk_statistics_csv": "GET recognition/statistics.csv",
    "pathways_console": "GET pathways, GET award-requests",
    "pathway_new": "POST pathways",
    "pathway_show": "GET pathway-versions/{pathway_version}, GET pathways/{pathway}/versions",
    "pathway_edit": (
        "PUT pathway-versions/{pathway_version}, PUT pathway-versions/{pathway_version}/file,"
        " POST pathway-versions/{pathway_version}/submit"
    ),
    "pathway_live": "GET pathway-versions/{pathway_version}",
    "pathway_decide": (
        "POST pathway-versions/{pathway_version}/approve, POST pathway-versions/{pathway_version}/return,"
        " POST pathways/{pathway}/withdraw, POST pathways/{pathway}/versions"
    ),
    "pathway_request": (
        "GET award-requests/{award_request}, POST award-requests/{award_request}/issue,"
        " POST award-requests/{award_request}/decline"
    ),
    "console_transfer": "GET transfer, PUT transfer, GET transfer/emrex",
    "console_transfer_decide": "POST transfer/emrex/{fetch}/decide",
    "console_mobilities": "GET transfer/mobilities, POST transfer/mobilities",
    "console_transcripts": "GET transfer/transcripts, POST transfer/transcripts/fetch",
    "console_transcript_file": "GET transfer/transcripts/{transcript}/document",
}
SERVED = {
    f"{method.upper()} {path.removeprefix('/api/v1/')}"
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in methods
}


def pages(patterns, before=""):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from pages(one.url_patterns, before + str(one.pattern))
        elif re.match(r"console\b", before + str(one.pattern)):
            yield one.name


def test_every_page_of_the_console_has_its_operations_or_a_reason():
    """A page that is new is entered above, with the operations that do the same for programs."""
    assert set(pages(get_resolver().url_patterns)) == OPERATIONS.keys() | PEOPLE_ONLY.keys()


@pytest.mark.parametrize("page", OPERATIONS)
def test_the_operations_are_there(page):
    assert set(OPERATIONS[page].split(", ")) <= SERVED
