# The role of each service account: what docs/operations.md says that its service uses, and nothing else.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.100" } }
}

data "aws_caller_identity" "this" {}
data "aws_region" "here" {}

locals {
  # Six letters of AWS's own end the name of a secret: gateway is not gateway-owner.
  secrets = "arn:aws:secretsmanager:${data.aws_region.here.name}:${data.aws_caller_identity.this.account_id}:secret:${var.secrets}"
  own = { for service in ["gateway", "generator", "brain", "audit"] : service => [
    { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = "${local.secrets}/${service}-??????" },
    { Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.key_arn },
  ] }
  rights = {
    gateway = local.own.gateway
    generator = concat(local.own.generator, [
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = "${local.secrets}/models-??????" },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${var.buckets.artifacts}/files/*" },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = var.buckets.artifacts },
      { Effect = "Allow", Action = ["kms:GenerateDataKey"], Resource = var.key_arn },
    ])
    # Releases come from the other region's bucket while this one's does not answer.
    brain = concat(local.own.brain, flatten([
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${var.buckets.brain}/releases/*" },
      [for other in var.fallback : [
        { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${other.bucket}/releases/*" },
        { Effect = "Allow", Action = ["kms:Decrypt"], Resource = other.key_arn },
      ]],
    ]))
    audit = concat(local.own.audit, [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"], Resource = "${var.buckets.audit}/exports/*" },
      { Effect = "Allow", Action = ["s3:ListBucket", "s3:GetBucketObjectLockConfiguration"], Resource = var.buckets.audit },
      { Effect = "Allow", Action = ["kms:GenerateDataKey"], Resource = var.key_arn },
    ])
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
  for_each = local.rights
  name     = "own"
  role     = aws_iam_role.service[each.key].id
  policy   = jsonencode({ Version = "2012-10-17", Statement = each.value })
}
