"""The best one-to-one assignment (Kuhn-Munkres): no outcome is counted twice, and no greedy guess spoils the whole."""

from __future__ import annotations

from collections.abc import Sequence

_INFINITY = float("inf")


def best_assignment(scores: Sequence[Sequence[float]]) -> tuple[int | None, ...]:
    """For each row the column that it is given, so that the sum of the scores is the largest; None where nothing is won.

    Scores are 0 or more; a pair that scores 0 is never made. Takes rows squared times columns steps.
    """
    rows, columns = len(scores), max((len(row) for row in scores), default=0)
    if not rows or not columns:
        return (None,) * rows
    # a column of zeros for each row makes it possible that the row stays alone
    costs = [[-score for score in row] + [0.0] * rows for row in scores]
    row_of = _shortest_paths(costs, rows, columns + rows)
    given: list[int | None] = [None] * rows
    for column in range(columns):
        row = row_of[column]
        if row is not None and scores[row][column] > 0:
            given[row] = column
    return tuple(given)


def _shortest_paths(costs: list[list[float]], rows: int, columns: int) -> list[int | None]:
    """The row of each column at the least total cost: one augmenting path for each row, kept short by potentials."""
    row_potential, column_potential = [0.0] * rows, [0.0] * columns
    row_of: list[int | None] = [None] * columns
    for start in range(rows):
        distance, previous, done = [_INFINITY] * columns, [-1] * columns, [False] * columns
        row, at = start, -1
        while True:
            nearest, delta = -1, _INFINITY
            for column in range(columns):
                if done[column]:
                    continue
                cost = costs[row][column] - row_potential[row] - column_potential[column]
                if cost < distance[column]:
                    distance[column], previous[column] = cost, at
                if distance[column] < delta:
                    delta, nearest = distance[column], column
            _shift(delta, start, row_of, done, row_potential, column_potential, distance)
            done[nearest], at = True, nearest
            matched = row_of[nearest]
            if matched is None:
                break
            row = matched
        while at != -1:
            before = previous[at]
            row_of[at] = start if before == -1 else row_of[before]
            at = before
    return row_of


def _shift(
    delta: float,
    start: int,
    row_of: list[int | None],
    done: list[bool],
    row_potential: list[float],
    column_potential: list[float],
    distance: list[float],
) -> None:
    """Move the potentials by the last step, so that reduced costs stay at zero or above."""
    row_potential[start] += delta
    for column, finished in enumerate(done):
        row = row_of[column]
        if finished and row is not None:
            row_potential[row] += delta
            column_potential[column] -= delta
        elif not finished:
            distance[column] -= delta
