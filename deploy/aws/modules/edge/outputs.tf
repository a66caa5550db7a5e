output "origin_name" {
  description = "The record that pcf-ops changes."
  value       = local.origin_name
}

output "region_names" {
  description = "What it leads to, by region."
  value       = local.region_names
}

output "names" {
  description = "What the certificate of the edges is for."
  value       = concat([var.domain, local.origin_name, "read.${var.domain}"], values(local.region_names))
}
