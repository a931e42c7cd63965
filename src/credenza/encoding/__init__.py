"""Texts and bytes: strict JSON, base64url, multibase. Pure, and strict about having one spelling for one value."""
