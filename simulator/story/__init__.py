"""What records mean, and how it is told.

* `meaning`: the table: what a record opens and closes, how it turns out, its word.
* `phrases`: records in words. * `hops`: requests paired with their answers, and joined
  to deliveries. * `counts`: what a run came to. * `flow`: its lines. * `story`: both of
  them, fed with records. * `circles`: whether events go round.
"""
