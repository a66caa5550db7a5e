# The role of each service account: what docs/operations.md says that its service uses, and nothing else.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.100" } }
}

data "aws_caller_identity" "this" {}

locals {
  rights = {
    gateway = []
    generator = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${var.buckets.artifacts}/files/*" },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = var.buckets.artifacts },
      { Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.key_arn },
    ]
    brain = [
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${var.buckets.brain}/releases/*" },
      { Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.key_arn },
    ]
    audit = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"], Resource = "${var.buckets.audit}/exports/*" },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = var.buckets.audit },
      { Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.key_arn },
    ]
  }
}

resource "aws_iam_role" "service" {
  for_each = local.rights
  name     = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:oidc-provider/${var.oidc_provider}" }
    Condition = { StringEquals = {
      "${var.oidc_provider}:sub" = "system:serviceaccount:${var.namespace}:pcf-builder-${each.key}"
      "${var.oidc_provider}:aud" = "sts.amazonaws.com"
    } }
  }] })
}

resource "aws_iam_role_policy" "service" {
  for_each = { for service, rights in local.rights : service => rights if length(rights) > 0 }
  name     = "own"
  role     = aws_iam_role.service[each.key].id
  policy   = jsonencode({ Version = "2012-10-17", Statement = each.value })
}
