{{/* What all pods have in common. */}}

{{- define "pcf.pod.security" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "pcf.container.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "pcf.pod.start" -}}
serviceAccountName: {{ include "pcf.account" . }}
# Nothing of ours asks Kubernetes anything.
automountServiceAccountToken: false
# Variables that Kubernetes makes of services' names would be taken for settings.
enableServiceLinks: false
securityContext: {{- include "pcf.pod.security" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.pods.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .of.nodeSelector | default .root.Values.pods.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations | default .root.Values.pods.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Over zones, then over nodes. */}}
{{- define "pcf.pod.spread" -}}
{{- $when := ternary "DoNotSchedule" "ScheduleAnyway" (eq .root.Values.pods.spread "hard") -}}
topologySpreadConstraints:
{{- range $key, $how := dict "topology.kubernetes.io/zone" $when "kubernetes.io/hostname" "ScheduleAnyway" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $how }}
    # Those of the release before do not count.
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels: {{- include "pcf.selector" $ | nindent 8 }}
{{- end }}
{{- end -}}

{{- define "pcf.rollout" -}}
# A new pod is ready before an old one goes.
strategy:
  rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
minReadySeconds: 5
revisionHistoryLimit: 5
selector:
  matchLabels: {{- include "pcf.selector" . | nindent 4 }}
{{- end -}}

{{/* Labels and annotations of pods; `changes`, if given, is what new pods are needed for. */}}
{{- define "pcf.pod.metadata" -}}
labels: {{- include "pcf.labels" . | nindent 2 }}
  {{- with .root.Values.pods.labels }}{{- toYaml . | nindent 2 }}{{- end }}
{{- $annotations := .root.Values.pods.annotations }}
{{- with .changes }}{{ $annotations = merge (dict "checksum/configuration" (sha256sum .)) $annotations }}{{ end }}
{{- with $annotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
