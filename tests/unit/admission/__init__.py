"""Tests of what Knative's webhooks do to a manifest."""
