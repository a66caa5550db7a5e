# The network of a region over three zones: public subnets for the balancer alone, private ones for the cluster, and
# a third kind for databases, which reach nothing. Security groups say who; the lists of the subnets say from where, again.
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.100" } }
}

data "aws_availability_zones" "here" {
  #checkov:skip=CKV_AWS_394:the first three by name are taken, and a new one comes after them
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
data "aws_region" "here" {}
data "aws_ec2_managed_prefix_list" "cloudfront" { name = "com.amazonaws.global.cloudfront.origin-facing" }
data "aws_ec2_managed_prefix_list" "health" { name = "com.amazonaws.${data.aws_region.here.name}.route53-healthchecks" }

locals {
  zones   = slice(data.aws_availability_zones.here.names, 0, 3)
  public  = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 8, i) }
  data    = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 8, 10 + i) }
  private = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, 1 + i) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# The group that whatever names none would get: nothing in, nothing out.
resource "aws_default_security_group" "closed" { vpc_id = aws_vpc.this.id }

resource "aws_internet_gateway" "this" { vpc_id = aws_vpc.this.id }

resource "aws_subnet" "public" {
  for_each          = local.public
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = { Name = "${var.name}-public-${each.key}", "kubernetes.io/role/elb" = "1" }
}

resource "aws_subnet" "private" {
  for_each          = local.private
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = { Name = "${var.name}-private-${each.key}", "kubernetes.io/role/internal-elb" = "1" }
}

resource "aws_subnet" "data" {
  for_each          = local.data
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = { Name = "${var.name}-data-${each.key}" }
}

# A way out for each zone of its own: language models, buckets.
resource "aws_eip" "out" {
  for_each = local.public
  domain   = "vpc"
}

resource "aws_nat_gateway" "out" {
  for_each      = local.public
  allocation_id = aws_eip.out[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table" "private" {
  for_each = local.private
  vpc_id   = aws_vpc.this.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.out[each.key].id
  }
}

resource "aws_route_table" "data" { vpc_id = aws_vpc.this.id }

resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_route_table_association" "data" {
  for_each       = aws_subnet.data
  subnet_id      = each.value.id
  route_table_id = aws_route_table.data.id
}

# Buckets are reached without leaving AWS.
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.this.id
  service_name    = "com.amazonaws.${data.aws_region.here.name}.s3"
  route_table_ids = [for each in aws_route_table.private : each.id]
}

# Who spoke with whom, for ninety days.
resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flows.arn
  iam_role_arn    = aws_iam_role.flows.arn
}

resource "aws_cloudwatch_log_group" "flows" {
  #checkov:skip=CKV_AWS_158:addresses and ports only; encrypted by the service's own key
  #checkov:skip=CKV_AWS_338:ninety days are enough to look into an incident
  name              = "/pcf-builder/${var.name}/flows"
  retention_in_days = 90
}

resource "aws_iam_role" "flows" {
  name = "${var.name}-flows"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" }
  }] })
}

resource "aws_iam_role_policy" "flows" {
  role = aws_iam_role.flows.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    Resource = "${aws_cloudwatch_log_group.flows.arn}:*"
  }] })
}
