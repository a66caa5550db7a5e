# PostgreSQL with a standby in another zone and Redis with a replica; or, in the second region, what follows those of the first.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.100" } }
}

locals {
  follows = var.is_second
}

resource "aws_security_group" "this" {
  for_each    = { postgres = 5432, redis = 6379 }
  name        = "${var.name}-${each.key}"
  description = "the cluster to ${each.key}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cluster" {
  for_each = { for pair in setproduct(["postgres", "redis"], var.clients) : "${pair[0]} ${pair[1]}" => {
    what = pair[0], cidr = pair[1]
  } }
  security_group_id = aws_security_group.this[each.value.what].id
  description       = "${each.value.what} from the cluster"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.what == "postgres" ? 5432 : 6379
  to_port           = each.value.what == "postgres" ? 5432 : 6379
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = "postgres17"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
  parameter {
    name  = "log_statement"
    value = "ddl"
  }
  lifecycle { create_before_destroy = true }
}

resource "aws_iam_role" "monitoring" {
  name = "${var.name}-rds-monitoring"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" }
  }] })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

# AWS lets nothing follow a database whose password RDS keeps. This one is made once, and is in no state and in no plan.
ephemeral "aws_secretsmanager_random_password" "owner" {
  count               = local.follows ? 0 : 1
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "owner" {
  count     = local.follows ? 0 : 1
  secret_id = var.password_secret
  secret_string_wo = jsonencode({
    username = "pcf_owner"
    password = ephemeral.aws_secretsmanager_random_password.owner[0].random_password
  })
  secret_string_wo_version = var.password_version
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  instance_class = var.database.class

  # A copy takes these of what it follows.
  engine              = local.follows ? null : "postgres"
  engine_version      = local.follows ? null : "17"
  username            = local.follows ? null : "pcf_owner"
  password_wo         = local.follows ? null : ephemeral.aws_secretsmanager_random_password.owner[0].random_password
  password_wo_version = local.follows ? null : var.password_version
  replicate_source_db = var.database_of

  storage_type          = "gp3"
  allocated_storage     = local.follows ? null : var.database.storage
  max_allocated_storage = var.database.storage_max
  storage_encrypted     = true
  kms_key_id            = var.key_arn

  multi_az               = true
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this["postgres"].id]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  # To any second of so many days.
  backup_retention_period   = var.database.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  iam_database_authentication_enabled   = true
  auto_minor_version_upgrade            = true
  monitoring_interval                   = 15
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.key_arn
  performance_insights_retention_period = 7
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]

  # A copy that was promoted is no copy any more: pcf-ops did it, and nobody undoes it by accident.
  lifecycle { ignore_changes = [replicate_source_db] }
}

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV_AWS_31:TLS and the security group let in the cluster alone, and what the generator keeps there is sealed; there is no password
  #checkov:skip=CKV_AWS_191:the copy of a global datastore takes the first region's key
  #checkov:skip=CKV2_AWS_50:automatic failover is on
  replication_group_id        = var.name
  description                 = "PCF Builder: results and limits, ${var.name}"
  global_replication_group_id = var.cache_global_id
  engine                      = local.follows ? null : "redis"
  engine_version              = local.follows ? null : "7.1"
  node_type                   = local.follows ? null : var.cache_node
  num_cache_clusters          = 2
  automatic_failover_enabled  = true
  multi_az_enabled            = true
  subnet_group_name           = aws_elasticache_subnet_group.this.name
  security_group_ids          = [aws_security_group.this["redis"].id]
  at_rest_encryption_enabled  = local.follows ? null : true
  transit_encryption_enabled  = local.follows ? null : true
  kms_key_id                  = local.follows ? null : var.key_arn
  apply_immediately           = true
}

resource "aws_elasticache_global_replication_group" "this" {
  count                              = var.is_followed ? 1 : 0
  global_replication_group_id_suffix = var.name
  primary_replication_group_id       = aws_elasticache_replication_group.this.id
}
