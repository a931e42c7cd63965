"""RDF Dataset Canonicalization (RDFC-1.0): the one order and the one naming of blank nodes of a dataset.

Numbers as in section 4 of the recommendation. A dataset made to keep the algorithm busy for ever (a "poison graph") is
refused after ``MAXIMUM_STEPS`` steps of section 4.8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from credenza.errors import MalformedInput

Quad: TypeAlias = tuple[str, str, str, str]
MAXIMUM_STEPS = 20_000


@dataclass(frozen=True)
class CanonicalDataset:
    """Canonical N-Quads, one line each, sorted; and the canonical label of each blank node (without ``_:``)."""

    lines: list[str]
    labels: dict[str, str]

    def to_bytes(self) -> bytes:
        """The canonical N-Quads as UTF-8."""
        return "".join(self.lines).encode()


def canonicalize_quads(quads: Iterable[Quad], *, digest: str = "sha256") -> CanonicalDataset:
    """Canonical N-Quads of a dataset (section 4.4).

    Raises:
        MalformedInput: ``canonicalization-too-complex``.
    """
    unique = dict.fromkeys(quads)
    labels = _Canonicalization(unique, digest).labels()
    return CanonicalDataset(relabelled(unique, labels), labels)


def relabelled(quads: Iterable[Quad], labels: dict[str, str]) -> list[str]:
    """The sorted N-Quads lines of quads with their blank nodes renamed."""
    names = {node: f"_:{label}" for node, label in labels.items()}
    get = names.get
    return sorted(
        {
            f"{get(s, s)} {p} {get(o, o)} {get(g, g)} .\n" if g else f"{get(s, s)} {p} {get(o, o)} .\n"
            for s, p, o, g in quads
        }
    )


class _Issuer:
    """Issues identifiers in order (section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued if issued is not None else {}

    def issue(self, node: str) -> str:
        label = self.issued.get(node)
        if label is None:
            label = self.issued[node] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalization:
    def __init__(self, quads: Iterable[Quad], digest: str) -> None:
        self.digest: Callable[[bytes], hashlib._Hash] = getattr(hashlib, digest)
        self.quads_of: dict[str, list[Quad]] = {}
        of = self.quads_of
        for quad in quads:  # 2
            subject, _, value, graph = quad
            if subject[:2] == "_:":
                of.setdefault(subject, []).append(quad)
            if value[:2] == "_:" and value != subject:
                of.setdefault(value, []).append(quad)
            if graph[:2] == "_:" and graph != subject and graph != value:
                of.setdefault(graph, []).append(quad)
        self.first_degree: dict[str, str] = {}
        self.canonical = _Issuer("c14n")
        self.steps = MAXIMUM_STEPS

    def labels(self) -> dict[str, str]:
        nodes_by_hash: dict[str, list[str]] = {}
        for node in self.quads_of:  # 3
            hashed = self.first_degree[node] = self._hash_first_degree(node)
            nodes_by_hash.setdefault(hashed, []).append(node)
        shared: list[list[str]] = []
        for hashed in sorted(nodes_by_hash):  # 4
            nodes = nodes_by_hash[hashed]
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
            else:
                shared.append(nodes)
        for nodes in shared:  # 5
            self._label_alike(nodes)
        return self.canonical.issued

    def _label_alike(self, nodes: list[str]) -> None:
        paths: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node not in self.canonical.issued:
                issuer = _Issuer("b")
                issuer.issue(node)
                paths.append(self._hash_n_degree(node, issuer))
        for _, issuer in sorted(paths, key=lambda path: path[0]):
            for node in issuer.issued:
                self.canonical.issue(node)

    def _hash(self, text: str) -> str:
        return self.digest(text.encode()).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Section 4.6."""
        lines = []
        for s, p, o, g in self.quads_of[node]:
            if s[:2] == "_:":
                s = "_:a" if s == node else "_:z"
            if o[:2] == "_:":
                o = "_:a" if o == node else "_:z"
            if g[:2] == "_:":
                g = "_:a" if g == node else "_:z"
            lines.append(f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n")
        lines.sort()
        return self._hash("".join(lines))

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Section 4.7."""
        label = self.canonical.issued.get(related) or issuer.issued.get(related)
        name = f"_:{label}" if label else self.first_degree[related]
        predicate = "" if position == "g" else quad[1]
        return self._hash(f"{position}{predicate}{name}")

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        related_by_hash: dict[str, list[str]] = {}
        for quad in self.quads_of[node]:
            for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
                if term != node and term.startswith("_:"):
                    hashed = self._hash_related(term, quad, issuer, position)
                    related_by_hash.setdefault(hashed, []).append(term)
        return related_by_hash

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise MalformedInput(
                "canonicalization-too-complex", "The document is built so that checking its seal would never end."
            )

    def _hash_n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Section 4.8."""
        self._step()
        data: list[str] = []
        related_by_hash = self._related(node, issuer)
        for hashed in sorted(related_by_hash):  # 5
            chosen_path, chosen_issuer = "", issuer
            for order in permutations(related_by_hash[hashed]):  # 5.4
                self._step()
                candidate = self._path(order, issuer.copy(), chosen_path)
                if candidate is not None and (not chosen_path or candidate[0] < chosen_path):
                    chosen_path, chosen_issuer = candidate
            data += [hashed, chosen_path]
            issuer = chosen_issuer
        return self._hash("".join(data)), issuer

    def _path(self, order: tuple[str, ...], issuer: _Issuer, chosen: str) -> tuple[str, _Issuer] | None:
        """Sections 5.4.1 to 5.4.6 of 4.8; None where the path cannot be the smallest."""
        path, recursion = "", []
        for related in order:
            label = self.canonical.issued.get(related)
            if label is None:
                if related not in issuer.issued:
                    recursion.append(related)
                label = issuer.issue(related)
            path += f"_:{label}"
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for related in recursion:
            hashed, result = self._hash_n_degree(related, issuer)
            path += f"_:{issuer.issue(related)}<{hashed}>"
            issuer = result
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issuer


def blank_nodes(quads: Iterable[Quad]) -> Iterator[str]:
    """The blank nodes of quads, each once, in order of appearance."""
    yield from dict.fromkeys(term for s, _, o, g in quads for term in (s, o, g) if term.startswith("_:"))
