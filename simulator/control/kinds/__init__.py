"""Kinds of Knative, each with all that is known of it, in a file of its own."""
