# Within fifteen minutes by S3's promise (replication time control), mostly within seconds.
resource "aws_iam_role" "copies" {
  count = length(var.copies) > 0 ? 1 : 0
  name  = "${var.name}-copies"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "s3.amazonaws.com" }
  }] })
}

resource "aws_iam_role_policy" "copies" {
  count = length(aws_iam_role.copies)
  role  = aws_iam_role.copies[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectRetention", "s3:GetObjectLegalHold"], Resource = flatten([for each in aws_s3_bucket.this : [each.arn, "${each.arn}/*"]]) },
    { Effect = "Allow", Action = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], Resource = [for each in aws_s3_bucket.this : "${each.arn}/*"] },
    { Effect = "Allow", Action = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"], Resource = [for arn in values(var.copies) : "${arn}/*"] },
    { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [aws_kms_key.this.arn] },
    { Effect = "Allow", Action = ["kms:Encrypt", "kms:GenerateDataKey"], Resource = [var.copies_key] },
  ] })
}

resource "aws_s3_bucket_replication_configuration" "this" {
  for_each = length(var.copies) > 0 ? aws_s3_bucket.this : {}
  bucket   = each.value.id
  role     = aws_iam_role.copies[0].arn
  rule {
    id     = "all"
    status = "Enabled"
    filter {}
    delete_marker_replication { status = "Enabled" }
    source_selection_criteria {
      sse_kms_encrypted_objects { status = "Enabled" }
    }
    destination {
      bucket = var.copies[each.key]
      encryption_configuration { replica_kms_key_id = var.copies_key }
      replication_time {
        status = "Enabled"
        time { minutes = 15 }
      }
      metrics {
        status = "Enabled"
        event_threshold { minutes = 15 }
      }
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}
