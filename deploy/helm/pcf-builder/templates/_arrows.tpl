{{/* What network policies let through, beside who calls whom (`pcf.callees`). */}}

{{/* The services of this release that call one. */}}
{{- define "pcf.callers" -}}
{{- range $caller := list "edge" "gateway" "generator" }}
{{- if has $.name (include "pcf.callees" (dict "name" $caller) | fromYamlArray) }}
- {{ $caller }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where else a service goes, by names of `network`. */}}
{{- define "pcf.places" -}}
{{- $settings := keys (.of.settings | default dict) | join " " -}}
{{- $told := printf "%s %s" ((.of.secrets).keys | default list | join " ") $settings -}}
{{- if contains "DATABASE_URL" $told }}
- postgres
{{- end }}
{{- if contains "REDIS_URL" $told }}
- redis
{{- end }}
{{- $outside := or (regexMatch "ARTIFACTS_URL|EXPORT_URL|OIDC_JWKS_URL|_SECRET( |$)" $told) (and (eq .name "brain") (ne .of.source "image")) (and (eq .name "generator") (not (empty .of.models))) -}}
{{- if $outside }}
- internet
{{- end }}
{{- end -}}
