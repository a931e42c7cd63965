"""Protocols as pure steps: a message and what is known go in, the answer and what is to be kept come out."""
