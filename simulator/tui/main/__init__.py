"""The main screen: graph, events, inspector, and the keys that act on them."""
