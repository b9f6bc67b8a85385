"""What the inspector says of an event or a node, as lines of text; pure."""
