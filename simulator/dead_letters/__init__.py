"""Dead letters, those of a run and those of a cluster: grouped, and sent once more."""
