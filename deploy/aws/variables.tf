variable "environment" {
  description = "staging or production: part of every name."
  type        = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment is staging or production; development runs on one machine."
  }
}

variable "region" {
  description = "Region of the product."
  type        = string
  default     = "eu-west-1"
}

variable "standby_region" {
  description = "Region that stands by."
  type        = string
  default     = "eu-central-1"
}

variable "standby" {
  description = "Whether there is a second region."
  type        = bool
}

variable "domain" {
  description = "Name that makers use, such as controls.contoso.com."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "domain is a host name in small letters, such as controls.contoso.com."
  }
}

variable "zone_id" {
  description = "Hosted zone of Route 53 that the name is in."
  type        = string
  validation {
    condition     = can(regex("^[A-Z0-9]{8,32}$", var.zone_id))
    error_message = "zone_id is the id of a hosted zone, such as Z0123456789ABC."
  }
}

variable "certificate_arn" {
  description = "Certificate of ACM in us-east-1 for the name, for CloudFront."
  type        = string
  validation {
    condition     = can(regex("^arn:aws:acm:us-east-1:", var.certificate_arn))
    error_message = "CloudFront takes certificates of us-east-1 only."
  }
}

variable "oidc_providers" {
  description = "OIDC issuers of the clusters, without https://, by region; service accounts become roles through them."
  type        = map(string)
}

variable "namespace" {
  description = "Namespace that the chart is installed in."
  type        = string
  default     = "pcf-builder"
}

variable "cidr" {
  description = "Address range of the first region's network; the second has the next one."
  type        = string
  default     = "10.20.0.0/16"
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr is a /16 in CIDR notation."
  }
}

variable "direct_cidrs" {
  description = "Address ranges that reach a region past CloudFront: pcf-ops, and who reads by read.<domain>."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for cidr in var.direct_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "direct_cidrs are ranges in CIDR notation; the whole world comes through CloudFront."
  }
}

variable "database" {
  description = "Size of PostgreSQL: instance class, storage in GB at first and at most, days of backups."
  type = object({
    class       = string
    storage     = number
    storage_max = number
    backup_days = number
  })
}

variable "cache_node" {
  description = "Node type of Redis."
  type        = string
  validation {
    condition     = !var.standby || !startswith(var.cache_node, "cache.t")
    error_message = "cache_node of two regions is of m5, r5 or newer: burstable nodes cannot be in a global datastore."
  }
}

variable "audit_lock_days" {
  description = "So long nobody can delete an export of the audit log."
  type        = number
  validation {
    condition     = var.audit_lock_days >= 1
    error_message = "audit_lock_days is a day at least."
  }
}

variable "alarm_topics" {
  description = "SNS topics that are told when a region's edge does not answer."
  type        = list(string)
  default     = []
}

variable "shield_advanced" {
  description = "Protect CloudFront by Shield Advanced, which needs a subscription; Shield Standard is always there."
  type        = bool
  default     = false
}
