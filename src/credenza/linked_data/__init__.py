"""JSON-LD documents as RDF: pinned contexts, the guard against what no signature would cover, canonical N-Quads."""
