"""Images: references, digests, pull policy, AlwaysPullImages, platforms and indexes, the kubelet's pull settings."""
