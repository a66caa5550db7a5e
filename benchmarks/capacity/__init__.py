"""How much of everything is needed: costs as measured, a model of them, and the autoscaler that follows the load."""
