output "role_arns" {
  description = "By service."
  value       = { for service, role in aws_iam_role.service : service => role.arn }
}
