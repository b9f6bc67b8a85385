"""What records mean, and how it is told.

* `meaning`: the table: what a record opens and closes, how it turns out, its word.
* `hops`: requests paired with their answers, and joined to deliveries.
* `counts`: what a run came to. * `flow`: its lines. * `phrases`: records in words.
"""
