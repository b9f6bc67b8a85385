"""The systems of a delivery pipeline, played: what they read, send and keep."""
