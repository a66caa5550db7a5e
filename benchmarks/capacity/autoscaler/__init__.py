"""Kubernetes' horizontal autoscaler as its sources have it, and pods that it scales, second by second.

The controller is that of kubernetes/kubernetes, pkg/controller/podautoscaler: `recommendation` is its
replica_calculator.go, `controller` the rest of horizontal.go. What the API documents is at
https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/.
"""
