# The balancer asks Envoy's own port whether it is ready: it is let in beside Prometheus, where the chart looks for that.
locals {
  monitoring = [{ namespaceSelector = { matchLabels = { "kubernetes.io/metadata.name" = "monitoring" } } }]
}

output "values" {
  description = "What the chart is told: terraform output -json values | yq -P > own.yaml"
  value = {
    serviceAccounts = { annotations = { for service, arn in module.identity.role_arns : service => { "eks.amazonaws.com/role-arn" = arn } } }
    brain           = { bucketUrl = module.storage.urls.brain, fallbackBucketUrl = var.standby ? module.storage_standby[0].urls.brain : "" }
    generator       = { settings = { ARTIFACTS_URL = module.storage.urls.artifacts } }
    audit           = { settings = { EXPORT_URL = module.storage.urls.audit } }
    edge            = { targetGroups = [module.network.balancer.target_group_arn], trustedHops = 1, certificate = { hosts = module.edge.names } }
    externalSecrets = { prefix = local.secrets }
    network = {
      postgres   = { port = 5432, to = [{ ipBlock = { cidr = var.cidr } }] }
      redis      = { port = 6379, to = [{ ipBlock = { cidr = var.cidr } }] }
      monitoring = concat(local.monitoring, [for cidr in module.network.public_cidrs : { ipBlock = { cidr = cidr } }])
    }
  }
}

output "standby_values" {
  description = "The same for the region that stands by."
  value = var.standby ? {
    serviceAccounts = { annotations = { for service, arn in module.identity_standby[0].role_arns : service => { "eks.amazonaws.com/role-arn" = arn } } }
    brain           = { bucketUrl = module.storage_standby[0].urls.brain, fallbackBucketUrl = module.storage.urls.brain }
    generator       = { settings = { ARTIFACTS_URL = module.storage_standby[0].urls.artifacts } }
    audit           = { settings = { EXPORT_URL = module.storage_standby[0].urls.audit } }
    edge            = { targetGroups = [module.network_standby[0].balancer.target_group_arn], trustedHops = 1, certificate = { hosts = module.edge.names } }
    externalSecrets = { prefix = local.secrets }
    network = {
      postgres   = { port = 5432, to = [{ ipBlock = { cidr = local.standby_cidr } }] }
      redis      = { port = 6379, to = [{ ipBlock = { cidr = local.standby_cidr } }] }
      monitoring = concat(local.monitoring, [for cidr in module.network_standby[0].public_cidrs : { ipBlock = { cidr = cidr } }])
    }
  } : null
}

output "regions" {
  description = "What pcf-ops is told of the regions and the record (docs/design/regions.md)."
  value = {
    record  = { route53 = { zone = var.zone_id, name = module.edge.origin_name } }
    targets = module.edge.region_names
  }
}

output "database_address" {
  value = module.data.database_address
}

output "registry" {
  description = "Repositories by service."
  value       = { for service, repository in aws_ecr_repository.service : service => repository.repository_url }
}
