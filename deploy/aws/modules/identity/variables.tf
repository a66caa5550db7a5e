variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "namespace" {
  description = "Namespace of the service accounts."
  type        = string
}

variable "oidc_provider" {
  description = "OIDC issuer of the cluster, without https://."
  type        = string
}

variable "buckets" {
  description = "Buckets of the region by kind."
  type        = map(string)
}

variable "key_arn" {
  description = "Key of the buckets."
  type        = string
}

variable "secrets" {
  description = "Beginning of the secrets' names, as the chart's externalSecrets.prefix."
  type        = string
}

variable "fallback" {
  description = "Bucket of the brain's releases in the other region and its key, if there is one."
  type        = list(object({ bucket = string, key_arn = string }))
}
