{{/* What everything is called. Templates of one service get a scope: root (the chart), name (the service), of (its values). */}}

{{- define "pcf.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $usual := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full := .Values.fullnameOverride | default $usual | trunc 40 | trimSuffix "-" -}}
{{- if not (regexMatch "^[a-z]" $full) -}}
{{- fail (printf "%q cannot be the name of a service, which begins with a letter: set fullnameOverride" $full) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{/* The services of the chart that are installed, edge last, as a list in YAML. */}}
{{- define "pcf.installed" -}}
{{- range list "gateway" "generator" "brain" "audit" "edge" }}
{{- if (index $.Values .).enabled }}
- {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "pcf.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "pcf.labels" -}}
{{ include "pcf.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: pcf-builder
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Labels of what belongs to no service. */}}
{{- define "pcf.shared.labels" -}}
{{ include "pcf.labels" (dict "root" . "name" "shared") }}
{{- end -}}

{{- define "pcf.image" -}}
{{- $image := .of.image -}}
{{- $repository := $image.repository | default (printf "%s/pcf-%s" .root.Values.image.registry .name) -}}
{{- if $image.digest -}}
{{ printf "%s@%s" $repository $image.digest }}
{{- else -}}
{{ printf "%s:%s" $repository ($image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{/* Ports of a service by name: what it serves, and its metrics. */}}
{{- define "pcf.ports" -}}
{{- get (dict
  "gateway" "{serve: 3000, metrics: 9300}"
  "generator" "{serve: 50051, metrics: 9351}"
  "brain" "{serve: 50052, metrics: 9352}"
  "audit" "{serve: 50053, metrics: 9353}"
  "edge" "{plain: 8080, serve: 8443, metrics: 9903}"
) .name -}}
{{- end -}}

{{/* Whom a service calls. */}}
{{- define "pcf.callees" -}}
{{- get (dict "gateway" "[generator, brain, audit]" "generator" "[brain, audit]" "brain" "[]" "audit" "[]" "edge" "[gateway]") .name -}}
{{- end -}}

{{/* The name whose addresses are all instances of a service. */}}
{{- define "pcf.host" -}}
{{- (index .root.Values .name).host | default (printf "%s-%s-headless" (include "pcf.fullname" .root) .name) -}}
{{- end -}}

{{/* Whether Envoy stands beside a service and balances its calls. */}}
{{- define "pcf.balanced" -}}
{{- if and .root.Values.balancer.enabled .root.Values.tls.enabled (has .name (list "gateway" "generator")) -}}yes{{- end -}}
{{- end -}}

{{- define "pcf.account" -}}
{{ include "pcf.fullname" .root }}-{{ .name }}
{{- end -}}
