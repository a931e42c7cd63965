"""The verifier's role: one call for any supported file, one report whatever the format."""
