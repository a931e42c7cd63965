"""Earlier decisions on the same definition."""

from credenza.recognition import case_events as happened
from credenza.recognition.precedents import look_up, precedent_of

from .case_parts import START, days, proposed, run


class Kept:
    """Precedents in a list."""

    def __init__(self, *found):
        self.found = found

    def of_definition(self, definition_id):
        return (one for one in self.found if one.definition_id == definition_id)


def test_precedents_are_shown_with_those_on_the_same_requirement_first(opened):
    decided = precedent_of(run(opened(), START, proposed()))
    older = decided.model_copy(update={"case_id": "a", "decided_at": days(-9)})
    newer = decided.model_copy(
        update={"case_id": "b", "decided_at": days(-1), "requirement_id": "https://other.example"}
    )
    other = decided.model_copy(update={"case_id": "c", "definition_id": "https://other.example/mc"})
    found = look_up(Kept(newer, older, other, decided), opened())
    assert [one.case_id for one in found] == ["a", "b"]


def test_an_open_case_is_no_precedent(opened):
    assert precedent_of(opened()) is None


def test_a_precedent_names_no_person(opened):
    told = precedent_of(run(opened(), START, proposed("partial"), happened.Confirm(by="bob"))).model_dump_json()
    assert all(name not in told for name in ("Ana", "Pérez", "ada", "bob"))
