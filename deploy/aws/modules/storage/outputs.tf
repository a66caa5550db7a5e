output "arns" {
  description = "By kind: artifacts, brain, audit."
  value       = { for kind, bucket in aws_s3_bucket.this : kind => bucket.arn }
}

output "urls" {
  description = "As the services' settings have them."
  value = {
    artifacts = "s3://${aws_s3_bucket.this["artifacts"].id}/files?region=${data.aws_region.here.name}&kms=${aws_kms_alias.this.name}"
    brain     = "s3://${aws_s3_bucket.this["brain"].id}/releases?region=${data.aws_region.here.name}"
    audit     = "s3://${aws_s3_bucket.this["audit"].id}/exports?region=${data.aws_region.here.name}&kms=${aws_kms_alias.this.name}"
  }
}

output "key_arn" { value = aws_kms_key.this.arn }
