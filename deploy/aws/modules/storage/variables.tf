variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "prefix" {
  description = "Beginning of the buckets' names, if it is another."
  type        = string
  default     = null
}

variable "suffix" {
  description = "End of the buckets' names."
  type        = string
  default     = ""
}

variable "audit_lock_days" {
  description = "So long nobody can delete an export of the audit log."
  type        = number
}

variable "copies" {
  description = "Buckets of the other region by kind, that get a copy of everything."
  type        = map(string)
  default     = {}
}

variable "copies_key" {
  description = "Key of the other region's buckets."
  type        = string
  default     = null
}
