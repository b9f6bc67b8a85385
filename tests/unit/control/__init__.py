"""Tests of what Knative's webhooks and controllers do."""
