"""The holder's role: showing of a sealed credential only what its learner chooses."""

from credenza.holding.disclosing import disclose, says_openly

__all__ = ["disclose", "says_openly"]
