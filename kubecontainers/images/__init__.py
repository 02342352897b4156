"""Images: references, digests, pull policy, the AlwaysPullImages admission plugin."""
