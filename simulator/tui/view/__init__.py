"""What the screen shows of a trace at a position; pure."""
