"""How the kubelet gets images: its decision, the credentials it tries, who may use an image that is there, and its queues."""
