{{/* The volumes of a service's pod. */}}
{{- define "pcf.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .root.Values.pods.tmpSize }}}
{{- if .root.Values.tls.enabled }}
- name: tls
  secret: {secretName: {{ include "pcf.account" . }}-tls, defaultMode: 0440}
{{- end }}
{{- if .of.secrets.keys }}
- name: secrets
  secret:
    secretName: {{ .of.secrets.name | default (include "pcf.account" .) | quote }}
    defaultMode: 0440
    items:
      {{- range .of.secrets.keys }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end }}
{{- if .files }}
- name: files
  configMap: {name: {{ include "pcf.account" . }}-files}
{{- end }}
{{- if and (eq .name "generator") .of.modelSecret }}
- name: models
  secret: {secretName: {{ .of.modelSecret | quote }}, defaultMode: 0440}
{{- end }}
{{- if include "pcf.balanced" . }}
- name: envoy
  configMap: {name: {{ include "pcf.fullname" .root }}-balancer}
{{- end }}
{{- if and (eq .name "brain") (eq .of.source "sync") }}
- name: ai-brain
  {{- with .of.volume.claim }}
  persistentVolumeClaim: {claimName: {{ . | quote }}}
  {{- else }}
  emptyDir: {sizeLimit: {{ .of.volume.size }}}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Files of a service that values hold: by name, in YAML. */}}
{{- define "pcf.files" -}}
{{- with .of.tenants }}
tenants.yaml: |
  tenants: {{- toYaml . | nindent 4 }}
{{- end }}
{{- with .of.models }}
models.yaml: |
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Fills the volume before the brain starts, then follows what is released. */}}
{{- define "pcf.brain.sync" -}}
{{- $of := .of -}}
{{- range $step := list "fill" "follow" }}
- name: {{ $step }}
  {{- if eq $step "follow" }}
  restartPolicy: Always
  {{- end }}
  image: {{ include "pcf.image" $ }}
  imagePullPolicy: {{ $.root.Values.image.pullPolicy }}
  args:
    - sync
    - {{ printf "--from=%s" (required "brain.bucketUrl is needed where brain.source is sync: s3://bucket/prefix?region=…" $of.bucketUrl) | quote }}
    {{- with $of.fallbackBucketUrl }}
    - {{ printf "--fallback=%s" . | quote }}
    {{- end }}
    - --to=/ai-brain
    {{- if $of.releaseKey }}
    - {{ printf "--key=%s" $of.releaseKey | quote }}
    {{- else }}
    - --unsigned
    {{- end }}
    {{- if eq $step "fill" }}
    # What is there is better than nothing while the bucket is away.
    - --stay
    {{- else }}
    - --watch=5
    {{- end }}
  env:
    - {name: PCF_ENV, value: {{ $.root.Values.environment }}}
  securityContext: {{- include "pcf.container.security" $ | nindent 4 }}
  resources:
    requests: {cpu: 50m, memory: 96Mi}
    limits: {cpu: 500m, memory: 256Mi}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
    - {name: ai-brain, mountPath: /ai-brain}
{{- end }}
{{- end -}}
