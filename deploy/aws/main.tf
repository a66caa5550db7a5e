# Each module is a subject; a region is network, storage, data and identity. What both regions share is at the end.
locals {
  name         = "pcf-builder-${var.environment}"
  standby_cidr = cidrsubnet("${join(".", slice(split(".", var.cidr), 0, 1))}.0.0.0/8", 8, tonumber(split(".", var.cidr)[1]) + 1)
  services     = ["gateway", "generator", "brain", "audit"]
  secrets      = "pcf-builder/${var.environment}"
}

module "network" {
  source = "./modules/network"
  name   = local.name
  cidr   = var.cidr

  direct_cidrs = var.direct_cidrs
}

module "storage" {
  source          = "./modules/storage"
  name            = local.name
  audit_lock_days = var.audit_lock_days
  copies          = var.standby ? module.storage_standby[0].arns : {}
  copies_key      = var.standby ? module.storage_standby[0].key_arn : null
}

module "data" {
  source     = "./modules/data"
  name       = local.name
  vpc_id     = module.network.vpc_id
  subnets    = module.network.data_subnets
  clients    = module.network.private_cidrs
  key_arn    = module.storage.key_arn
  database   = var.database
  cache_node = var.cache_node

  is_followed     = var.standby
  password_secret = aws_secretsmanager_secret.service["database"].id
}

module "identity" {
  source        = "./modules/identity"
  name          = local.name
  namespace     = var.namespace
  oidc_provider = var.oidc_providers[var.region]
  buckets       = module.storage.arns
  key_arn       = module.storage.key_arn
  secrets       = local.secrets
  fallback      = [for each in module.storage_standby : { bucket = each.arns.brain, key_arn = each.key_arn }]
}

module "network_standby" {
  count     = var.standby ? 1 : 0
  source    = "./modules/network"
  providers = { aws = aws.standby }
  name      = "${local.name}-standby"
  cidr      = local.standby_cidr

  direct_cidrs = var.direct_cidrs
}

module "storage_standby" {
  count           = var.standby ? 1 : 0
  source          = "./modules/storage"
  providers       = { aws = aws.standby }
  name            = "${local.name}-standby"
  prefix          = local.name
  suffix          = "-standby"
  audit_lock_days = var.audit_lock_days
}

module "data_standby" {
  count           = var.standby ? 1 : 0
  source          = "./modules/data"
  providers       = { aws = aws.standby }
  name            = "${local.name}-standby"
  vpc_id          = module.network_standby[0].vpc_id
  subnets         = module.network_standby[0].data_subnets
  clients         = module.network_standby[0].private_cidrs
  key_arn         = module.storage_standby[0].key_arn
  database        = var.database
  cache_node      = var.cache_node
  database_of     = module.data.database_arn
  cache_global_id = module.data.cache_global_id
  is_second       = true
}

module "identity_standby" {
  count         = var.standby ? 1 : 0
  source        = "./modules/identity"
  providers     = { aws = aws.standby }
  name          = "${local.name}-standby"
  namespace     = var.namespace
  oidc_provider = var.oidc_providers[var.standby_region]
  buckets       = module.storage_standby[0].arns
  key_arn       = module.storage_standby[0].key_arn
  secrets       = local.secrets
  fallback      = [{ bucket = module.storage.arns.brain, key_arn = module.storage.key_arn }]
}

module "edge" {
  source    = "./modules/edge"
  providers = { aws = aws, aws.global = aws.global }

  name            = local.name
  domain          = var.domain
  zone_id         = var.zone_id
  certificate_arn = var.certificate_arn
  shield_advanced = var.shield_advanced
  alarm_topics    = var.alarm_topics
  regions = merge(
    { one = module.network.balancer },
    var.standby ? { two = module.network_standby[0].balancer } : {},
  )
}

# Images: scanned when they come, never overwritten.
resource "aws_ecr_repository" "service" {
  for_each             = toset(local.services)
  name                 = "${local.name}/pcf-${each.key}"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration { scan_on_push = true }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = module.storage.key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "service" {
  for_each   = aws_ecr_repository.service
  repository = each.value.name
  policy = jsonencode({ rules = [{
    rulePriority = 1
    description  = "the last hundred"
    selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 100 }
    action       = { type = "expire" }
  }] })
}

# What External Secrets fetches for each service, in both regions; their contents are put in by hand or by rotation. That of
# the database is put in by its module: the owner's password, for whoever makes the services' users.
resource "aws_secretsmanager_secret" "service" {
  #checkov:skip=CKV2_AWS_57:each is rotated as docs/operations.md says, by whoever changes it at its source
  for_each   = toset(["gateway", "gateway-owner", "generator", "generator-owner", "brain", "audit", "audit-owner", "models", "database"])
  name       = "${local.secrets}/${each.key}"
  kms_key_id = module.storage.key_arn
  dynamic "replica" {
    for_each = var.standby ? [var.standby_region] : []
    content {
      region     = replica.value
      kms_key_id = module.storage_standby[0].key_arn
    }
  }
}
