variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "cidr" {
  description = "Address range, a /16."
  type        = string
}

variable "direct_cidrs" {
  description = "Address ranges that reach the balancer past CloudFront."
  type        = list(string)
}
