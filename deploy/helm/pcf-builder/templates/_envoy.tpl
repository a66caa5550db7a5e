{{/* Envoy's files are those of deploy/envoy, which the tests run; only names are put in their place. */}}

{{/* The text with one piece replaced, which must be there. */}}
{{- define "pcf.swap" -}}
{{- if not (contains .old .text) -}}
{{- fail (printf "%q is not in %s any more" .old .file) -}}
{{- end -}}
{{- replace .old .new .text -}}
{{- end -}}

{{- define "pcf.envoy.edge" -}}
{{- $file := "files/envoy/edge.yaml" -}}
{{- $text := .Files.Get $file -}}
{{- $host := include "pcf.host" (dict "root" . "name" "gateway") -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" "address: gateway," "new" (printf "address: %s," $host)) -}}
{{- if .Values.edge.trustedHops -}}
{{- $hops := printf "use_remote_address: true\n                xff_num_trusted_hops: %d" (int .Values.edge.trustedHops) -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" "use_remote_address: true" "new" $hops) -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" "- remove: x-forwarded-for\n" "new" "# x-forwarded-for is of the proxies in front.\n") -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- define "pcf.envoy.internal" -}}
{{- $file := "files/envoy/internal.yaml" -}}
{{- $text := .Files.Get $file -}}
{{- range $name := list "generator" "brain" "audit" -}}
{{- $host := include "pcf.host" (dict "root" $ "name" $name) -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" (printf "address: %s," $name) "new" (printf "address: %s," $host)) -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" (printf "spiffe://pcf-builder/%s\"" $name) "new" (printf "spiffe://%s/%s\"" $.Values.trustDomain $name)) -}}
{{- $text = include "pcf.swap" (dict "file" $file "text" $text "old" (printf "sni: %s.pcf-builder\n" $name) "new" (printf "sni: %s.%s\n" $name $.Values.trustDomain)) -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{/* The balancer: a sidecar, which is there before its service starts and stays until it has ended. */}}
{{- define "pcf.balancer" -}}
- name: balancer
  restartPolicy: Always
  image: {{ include "pcf.image" (dict "root" .root "name" "edge" "of" .root.Values.edge) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: [-c, /etc/envoy/internal.yaml, --concurrency, "1", --disable-hot-restart, --log-level, warning]
  securityContext: {{- include "pcf.container.security" . | nindent 4 }}
  resources: {{- toYaml .root.Values.balancer.resources | nindent 4 }}
  # Its ports are on loopback; a service that cannot call through it is not ready.
  startupProbe:
    httpGet: {path: /ready, port: balancer}
    periodSeconds: 1
    failureThreshold: 30
  livenessProbe:
    httpGet: {path: /ready, port: balancer}
    periodSeconds: 10
    failureThreshold: 6
  readinessProbe:
    httpGet: {path: /ready, port: balancer}
  ports:
    - {name: balancer, containerPort: 9905}
  volumeMounts:
    {{- range list "internal.yaml" "service.yaml" "authority.yaml" }}
    - {name: envoy, mountPath: /etc/envoy/{{ . }}, subPath: {{ . }}, readOnly: true}
    {{- end }}
    - {name: tls, mountPath: /etc/envoy/service, readOnly: true}
{{- end -}}
