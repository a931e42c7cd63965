"""Whatever record is written, the file is valid: by the official schema of ELMO and by ours for the extension."""

import copy
import importlib.util
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credenza.document import elmo
from credenza.document.elmo.names import EXTENSION

_spec = importlib.util.spec_from_file_location("document_records", Path(__file__).parents[1] / "conftest.py")
records = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(records)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(award=records.awards(), generated=records.MOMENTS, attached=st.binary(max_size=50))
def test_any_record_is_written_as_valid_elmo(elmo_schemas, our_schema, award, generated, attached):
    files = (elmo.Attachment(attached, "application/vc"),)
    document = elmo.to_document(award, generated=generated, sealed=files)
    elmo_schemas["1.7.0"].assertValid(document)
    our_schema.assertValid(copy.deepcopy(document.find(f".//{{{EXTENSION}}}award")))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(award=records.awards(), generated=records.MOMENTS, title=records.TEXTS, day=st.dates() | st.none())
def test_any_decision_is_written_as_valid_elmo_2_and_comes_back(elmo_schemas, award, generated, title, day):
    for status in elmo.RecognitionStatus:
        decided = elmo.ResultOfRecognition(
            title=title,
            status=status,
            decision_date=day,
            basis=(award,),
            counted=(elmo.Counted(id="https://x.example/c", title=title),),
            mapping=(elmo.RecognitionMapping(recognised=("a", "b"), counted_as=("https://x.example/c",)),),
        )
        document = elmo.to_recognition(award.learner, (decided,), authority=award.issuer, generated=generated)
        elmo_schemas["2.0.0"].assertValid(document)
        (decision,) = elmo.from_bytes(elmo.to_bytes(document)).decisions
        assert decision.result == decided
