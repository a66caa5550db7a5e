# Three buckets of a region, encrypted by one key: artifacts, the brain's releases, exports of the audit log, which nobody can
# delete. With `copies` every new object goes to the other region's too.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.100" } }
}

data "aws_caller_identity" "this" {}
data "aws_region" "here" {}

locals {
  prefix = coalesce(var.prefix, var.name)
  kinds  = toset(["artifacts", "brain", "audit"])
}

resource "aws_kms_key" "this" {
  description         = "PCF Builder, ${var.name}: buckets, databases, secrets, images"
  enable_key_rotation = true
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Sid       = "The account decides by its roles"
    Effect    = "Allow"
    Action    = "kms:*"
    Resource  = "*"
    Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:root" }
  }] })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_21:versioned below, for each of them, which checkov does not follow; the tests look at what was made
  #checkov:skip=CKV_AWS_145:encrypted below, which checkov does not follow
  #checkov:skip=CKV2_AWS_6:closed to the public below, which checkov does not follow
  #checkov:skip=CKV2_AWS_61:a lifecycle is below, which checkov does not follow
  #checkov:skip=CKV_AWS_18:requests to the buckets are in CloudTrail's data events, which the account keeps
  #checkov:skip=CKV2_AWS_62:nothing waits for events of a bucket
  #checkov:skip=CKV_AWS_144:replicated where there is a second region; the second one's copies go no further
  for_each            = local.kinds
  bucket              = "${local.prefix}-${each.key}${var.suffix}"
  object_lock_enabled = each.key == "audit"
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = aws_s3_bucket.this
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  rule { object_ownership = "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_policy" "tls" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Sid       = "OnlyByTLS"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Resource  = [each.value.arn, "${each.value.arn}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }] })
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_object_lock_configuration" "audit" {
  bucket = aws_s3_bucket.this["audit"].id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = var.audit_lock_days
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  rule {
    id     = "leftovers"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = 2 }
    noncurrent_version_expiration { noncurrent_days = 30 }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}
