"""Who sends, and who lets him in.

* `identity`: in whose name something sends. * `token`: what he shows. * `guard`: what
policies make of it. Nothing is read here, since few topologies ask who sends.
"""
