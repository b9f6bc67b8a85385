"""What Knative Serving does with the requests to a service: its pods, and their number."""
