"""Erasmus Without Paper: transcripts between the systems of institutions, inside a mobility.

``catalogue`` says who may speak for whom, ``http_signature`` who speaks, ``services`` what is answered (echo,
institutions, transcripts of incoming mobilities), ``manifest`` what a node declares of itself. Everything is pure:
requests and responses are plain values.
"""
