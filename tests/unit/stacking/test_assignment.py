"""The best assignment is the one that trying out every assignment finds."""

from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from credenza.record import Text
from credenza.stacking.assignment import Candidate, assign
from credenza.stacking.pathway import PathwayGroup, PathwayPart

ECTS = st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2), Decimal(3)])


@st.composite
def roots(draw):
    parts = [
        PathwayPart(id=f"p{number}", title=Text.of("p"), minimum_ects=draw(ECTS), several=draw(st.booleans()))
        for number in range(draw(st.integers(1, 4)))
    ]
    cut = draw(st.integers(0, len(parts) - 1))
    inner = group("inner", parts[cut:], draw)
    return group("root", (*parts[:cut], inner), draw)


def group(name, members, draw):
    choose = draw(st.none() | st.integers(1, len(members)))
    minimum = draw(st.none() | st.sampled_from([Decimal(2), Decimal(4)]))
    return PathwayGroup(id=name, title=Text.of(name), members=tuple(members), choose=choose, minimum_ects=minimum)


@st.composite
def candidates(draw, root):
    parts = [one for one in walk(root) if isinstance(one, PathwayPart)]
    made = []
    for _ in range(draw(st.integers(0, 5))):
        ects = draw(ECTS)
        fitting = [one for one in parts if draw(st.booleans()) and (one.several or ects >= one.minimum_ects)]
        keys = draw(st.frozensets(st.sampled_from([("x",), ("y",), ("z",)]), max_size=1))
        made.append(Candidate({one.id: ects for one in fitting}, keys))
    return made


def walk(member):
    yield member
    for one in getattr(member, "members", ()):
        yield from walk(one)


def worth(root, every, chosen):
    """Whether an assignment is allowed, and how good it is: aims in their order."""
    keys = [key for place in chosen for key in every[place].keys]
    if len(keys) != len(set(keys)):
        return None
    reached = []

    def of(member):
        if isinstance(member, PathwayPart):
            points = [every[place].ects[member.id] for place, part in chosen.items() if part == member.id]
            if len(points) > 1 and not member.several:
                return None
            if member.several:
                reached.append(min(member.minimum_ects, sum(points, Decimal(0))))
                return bool(points) and sum(points) >= member.minimum_ects, sum(points, Decimal(0)), bool(points)
            return bool(points), sum(points, Decimal(0)), bool(points)
        inside = [of(one) for one in member.members]
        if None in inside or sum(one[2] for one in inside) > member.needed:
            return None
        total = sum((one[1] for one in inside), Decimal(0))
        enough = member.minimum_ects is None or total >= member.minimum_ects
        if member.minimum_ects is not None:
            reached.append(min(member.minimum_ects, total))
        done = sum(one[0] for one in inside) >= member.needed and enough
        return done, total, any(one[2] for one in inside)

    found = of(root)
    if found is None:
        return None
    parts = [one for one in walk(root) if isinstance(one, PathwayPart)]
    complete = sum(of(one)[0] for one in parts)
    aims = reached[: -sum(one.several for one in parts)] if any(one.several for one in parts) else reached
    return (found[0] * len(parts) + complete, sum(aims, Decimal(0)), -found[1])


def best(root, every):
    options = [[None, *one.ects] for one in every]
    assignments = ({place: part for place, part in enumerate(parts) if part} for parts in product(*options))
    return max(found for chosen in assignments if (found := worth(root, every, chosen)) is not None)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_solver_finds_what_trying_everything_finds(data):
    root = data.draw(roots())
    every = data.draw(candidates(root))
    found = assign(root, every)
    assert found.proven
    assert worth(root, every, dict(found.parts)) == best(root, every)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_same_input_gives_the_same_answer(data):
    root = data.draw(roots())
    every = data.draw(candidates(root))
    assert assign(root, every) == assign(root, every)
