output "origin_name" {
  description = "The record that pcf-ops changes."
  value       = local.origin_name
}

output "region_names" {
  description = "What it leads to, by region."
  value       = local.region_names
}
