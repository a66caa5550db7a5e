"""The three services behind the gateway, each as a class that speaks in REST resources."""
