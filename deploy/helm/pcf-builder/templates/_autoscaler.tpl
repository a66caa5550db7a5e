{{/* hpa, keda, or nothing. */}}
{{- define "pcf.autoscaled" -}}
{{- $by := .of.autoscaling.by | default .root.Values.autoscaling.by -}}
{{- if ne $by "none" }}{{ $by }}{{ end -}}
{{- end -}}

{{/* Grows as Kubernetes does by default, shrinks late and slowly: docs/design/capacity.md simulates it. */}}
{{- define "pcf.behaviour" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  selectPolicy: Max
  policies:
    - {type: Percent, value: 100, periodSeconds: 15}
    - {type: Pods, value: 4, periodSeconds: 15}
scaleDown:
  stabilizationWindowSeconds: 300
  selectPolicy: Max
  policies:
    - {type: Percent, value: 25, periodSeconds: 60}
    - {type: Pods, value: 1, periodSeconds: 60}
{{- end -}}

{{/* A service's requests a second, in Prometheus' words: over the three looks that are kept of the front, a minute of others. */}}
{{- define "pcf.requests" -}}
{{- $whose := printf "namespace=%q, service=~\"%s(-headless)?\"" .root.Release.Namespace (include "pcf.account" .) -}}
{{- if eq .name "edge" -}}
sum(rate(envoy_http_downstream_rq_total{ {{- $whose }}, envoy_http_conn_manager_prefix="secure"}[15s]))
{{- else if eq .name "gateway" -}}
sum(rate(pcf_http_requests_total{ {{- $whose -}} }[15s]))
{{- else -}}
sum(rate(pcf_rpc_finished_total{ {{- $whose -}} }[1m]))
{{- end -}}
{{- end -}}
