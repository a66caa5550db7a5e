variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "cidr" {
  description = "Address range, a /16."
  type        = string
}
