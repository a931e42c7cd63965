"""Webhooks (Standard Webhooks): told in the transaction of the change, sent afterwards, tried again until taken."""
