"""What differs when the same events go through the same topology elsewhere.

* `account`: what came of each hop of a run, under a key that other runs share, and where
  two of them part. * `trial`: a run under a profile, and the answers without which a hop
  would be the same. * `comparison`: runs side by side, route by route. * `known`:
  differences that apply to manifests, told without a run; `matters`: to which routes.
"""
