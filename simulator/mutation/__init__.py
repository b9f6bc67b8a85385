"""Mutation: small changes to a topology, each of which its tests should notice."""
