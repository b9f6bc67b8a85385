"""What differs when the same events go through the same topology elsewhere.

* `account`: what came of each hop of a run, under a key that other runs share.
* `divergence`: where two accounts of one hop part. * `trial`: a run under a profile.
* `comparison`: runs side by side, route by route. * `reasons`: the answers of a profile
  without which a hop would be the same. * `known`: differences that apply to manifests,
  told without a run.
"""
