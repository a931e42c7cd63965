"""What one look at a proof found: the findings that all rooms share."""

from credenza.finding import Finding, Outcome, failed, hold, not_checked, passed, warning

__all__ = ["Finding", "Outcome", "failed", "hold", "not_checked", "passed", "warning"]
