"""Stacking: what several micro-credentials come to, by the rules of a pathway towards a larger award.

Pure. It accepts only verified credentials; the best assignment is found exactly, with the extra ``credenza[stacking]``.
"""
