variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "domain" {
  description = "Name that makers use."
  type        = string
}

variable "zone_id" {
  description = "Hosted zone of the name."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate for the name, in us-east-1."
  type        = string
}

variable "regions" {
  description = "Balancers of the regions, one and two."
  type        = map(object({ name = string, zone_id = string, target_group_arn = string }))
}

variable "alarm_topics" {
  description = "Who is told when an edge does not answer."
  type        = list(string)
}

variable "shield_advanced" {
  description = "Whether Shield Advanced protects the distribution."
  type        = bool
}

variable "requests_in_five_minutes" {
  description = "So many requests of one address; more are refused for a while."
  type        = number
  default     = 12000
}
