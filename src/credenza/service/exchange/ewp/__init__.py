"""Erasmus Without Paper over HTTP: an organisation of ours as a node, and asking other nodes."""
