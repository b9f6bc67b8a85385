"""The topology as a directed graph: what leads where, what goes round, as a picture.

* `build`: the graph of a topology. * `recorded`: what a run has shown beside it.
* `circles`, `steps`, `walks`: what goes round, and what leads where. * `text`, `dot`,
`mermaid`, `json_form`: pictures. Nothing is read here, since a run asks for circles only.
"""
