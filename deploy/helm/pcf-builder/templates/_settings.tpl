{{/* Every setting of a service, by its name without the prefix, as a map in YAML. What values say wins. */}}
{{- define "pcf.settings" -}}
{{- $values := .root.Values -}}
{{- $told := dict
  "HOST" "0.0.0.0"
  "LOG_LEVEL" $values.logLevel
  "DRAIN_GRACE_S" $values.pods.drainSeconds
  "TRUST_DOMAIN" $values.trustDomain -}}
{{- if $values.tls.enabled -}}
{{- $_ := set $told "TLS_CERTIFICATE" "/run/tls/tls.crt" -}}
{{- $_ := set $told "TLS_KEY" "/run/tls/tls.key" -}}
{{- $_ := set $told "TLS_AUTHORITY" "/run/tls/ca.crt" -}}
{{- end -}}
{{- if $values.monitoring.traces.endpoint -}}
{{- $_ := set $told "OTLP_ENDPOINT" $values.monitoring.traces.endpoint -}}
{{- $_ := set $told "TRACE_SAMPLE" $values.monitoring.traces.sample -}}
{{- end -}}
{{- range $key := .of.secrets.keys -}}
{{- $_ := set $told (printf "%s_FILE" $key) (printf "/run/secrets/service/%s" $key) -}}
{{- end -}}
{{- range $callee := include "pcf.callees" . | fromYamlArray -}}
{{- $port := (include "pcf.ports" (dict "name" $callee) | fromYaml).serve | int -}}
{{- $target := printf "dns:///%s:%d" (include "pcf.host" (dict "root" $.root "name" $callee)) $port -}}
{{- if include "pcf.balanced" $ -}}
{{- /* One port of the balancer for each service: 50151 for 50051. */ -}}
{{- $target = printf "127.0.0.1:%d" (add $port 100) -}}
{{- end -}}
{{- $_ := set $told (printf "%s_TARGET" (upper $callee)) $target -}}
{{- end -}}
{{- if include "pcf.balanced" . -}}
{{- $_ := set $told "TLS_TARGETS" false -}}
{{- end -}}
{{- $own := include (printf "pcf.settings.%s" .name) . | fromYaml -}}
{{- mergeOverwrite $told $own .of.settings | toYaml -}}
{{- end -}}

{{- define "pcf.settings.gateway" -}}
AUTH: "on"
{{- $edge := .root.Values.edge }}
TRUSTED_PROXIES: {{ ternary (add $edge.trustedHops 1) (ternary 1 0 (or .root.Values.ingress.enabled .root.Values.gatewayApi.enabled)) $edge.enabled }}
{{- if .of.tenants }}
LIMITS: /etc/pcf/tenants.yaml
{{- end }}
{{- end -}}

{{- define "pcf.settings.generator" -}}
COMPILE_FOLDER: /tmp
{{- if .of.tenants }}
TENANTS: /etc/pcf/tenants.yaml
{{- end }}
{{- if .of.models }}
MODELS: /etc/pcf/models.yaml
{{- end }}
{{- end -}}

{{- define "pcf.settings.brain" -}}
{{- if eq .of.source "sync" }}
FOLDER: /ai-brain/current
{{- else if eq .of.source "bucket" }}
BUCKET_URL: {{ required "brain.bucketUrl is needed where brain.source is bucket" .of.bucketUrl | quote }}
FALLBACK_BUCKET_URL: {{ .of.fallbackBucketUrl | quote }}
{{- end }}
{{- if or .of.releaseKey (and (ne .of.source "image") (ne .root.Values.environment "development")) }}
RELEASE_KEY: {{ required "brain.releaseKey is needed: whose signature a release must bear, as `pcf-brain release keys` prints it" .of.releaseKey | quote }}
{{- end }}
{{- end -}}

{{- define "pcf.settings.audit" -}}
{}
{{- end -}}

{{/* The environment of a service's container. */}}
{{- define "pcf.environment" -}}
- {name: PCF_ENV, value: {{ .root.Values.environment }}}
{{- /* Core's own messages say nothing that ours do not. */}}
- {name: GRPC_VERBOSITY, value: NONE}
{{- range $name, $value := include "pcf.settings" . | fromYaml }}
- {name: PCF_{{ upper $.name }}_{{ $name }}, value: {{ include "pcf.setting" $value | quote }}}
{{- end }}
{{- end -}}

{{/* Numbers as they are written, not as Go prints floats; lists with commas. */}}
{{- define "pcf.setting" -}}
{{- if kindIs "float64" . -}}
{{- if eq . (floor .) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- else if kindIs "slice" . -}}
{{ toJson . }}
{{- else -}}
{{ . }}
{{- end -}}
{{- end -}}
