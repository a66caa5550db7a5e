variable "name" {
  description = "Beginning of every name."
  type        = string
}

variable "vpc_id" {
  description = "Network of the region."
  type        = string
}

variable "subnets" {
  description = "Subnets for databases, one in each zone."
  type        = list(string)
}

variable "clients" {
  description = "Address ranges that may connect: the cluster's."
  type        = list(string)
}

variable "key_arn" {
  description = "Key that everything is encrypted by."
  type        = string
}

variable "database" {
  description = "Size of PostgreSQL."
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
}

variable "is_second" {
  description = "Whether this region follows the other."
  type        = bool
  default     = false
}

variable "database_of" {
  description = "PostgreSQL of the first region, that this one follows."
  type        = string
  default     = null
}

variable "cache_global_id" {
  description = "Global datastore that this region's Redis joins."
  type        = string
  default     = null
}

variable "is_followed" {
  description = "Whether the other region follows this one."
  type        = bool
  default     = false
}

variable "password_secret" {
  description = "Secret that the password of PostgreSQL's owner is put into, in the first region."
  type        = string
  default     = null
}

variable "password_version" {
  description = "Another number makes another password."
  type        = number
  default     = 1
}
