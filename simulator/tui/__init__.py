"""The terminal UI: every event flow on a screen, time to stop, and questions to ask."""
