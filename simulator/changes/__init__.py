"""What a change of files does to a cluster, as kapp looks at it: no run is needed."""
