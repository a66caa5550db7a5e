# The lists of the subnets have no memory: what goes out comes back on high ports.
locals {
  high = { from = 1024, to = 65535 }
}

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for each in aws_subnet.public : each.id]
  tags       = { Name = "${var.name}-public" }
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for each in aws_subnet.private : each.id]
  tags       = { Name = "${var.name}-private" }
}

resource "aws_network_acl" "data" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for each in aws_subnet.data : each.id]
  tags       = { Name = "${var.name}-data" }
}

locals {
  rules = merge(
    { for key, rule in {
      "public-in-443"  = { acl = "public", out = false, number = 100, protocol = "tcp", cidr = "0.0.0.0/0", from = 443, to = 443 }
      "public-in-back" = { acl = "public", out = false, number = 110, protocol = "tcp", cidr = "0.0.0.0/0", from = local.high.from, to = local.high.to }
      "public-out-443" = { acl = "public", out = true, number = 100, protocol = "tcp", cidr = "0.0.0.0/0", from = 443, to = 443 }
      "public-out-in"  = { acl = "public", out = true, number = 110, protocol = "tcp", cidr = "0.0.0.0/0", from = local.high.from, to = local.high.to }

      # From the balancer and within; answers from the world.
      "private-in-own"  = { acl = "private", out = false, number = 100, protocol = "-1", cidr = var.cidr, from = 0, to = 0 }
      "private-in-back" = { acl = "private", out = false, number = 110, protocol = "tcp", cidr = "0.0.0.0/0", from = local.high.from, to = local.high.to }
      "private-out-own" = { acl = "private", out = true, number = 100, protocol = "-1", cidr = var.cidr, from = 0, to = 0 }
      "private-out-443" = { acl = "private", out = true, number = 110, protocol = "tcp", cidr = "0.0.0.0/0", from = 443, to = 443 }
    } : key => rule },
    # Databases: from the cluster's subnets, and back to them.
    merge([for i, cidr in values(local.private) : {
      "data-in-postgres-${i}" = { acl = "data", out = false, number = 100 + i, protocol = "tcp", cidr = cidr, from = 5432, to = 5432 }
      "data-in-redis-${i}"    = { acl = "data", out = false, number = 110 + i, protocol = "tcp", cidr = cidr, from = 6379, to = 6379 }
      "data-out-${i}"         = { acl = "data", out = true, number = 100 + i, protocol = "tcp", cidr = cidr, from = local.high.from, to = local.high.to }
    }]...),
  )
  acls = { public = aws_network_acl.public.id, private = aws_network_acl.private.id, data = aws_network_acl.data.id }
}

resource "aws_network_acl_rule" "this" {
  #checkov:skip=CKV_AWS_352:no rule opens all ports to the world; those with all ports are of the network's own range
  for_each       = local.rules
  network_acl_id = local.acls[each.value.acl]
  rule_number    = each.value.number
  egress         = each.value.out
  protocol       = each.value.protocol
  rule_action    = "allow"
  cidr_block     = each.value.cidr
  from_port      = each.value.from
  to_port        = each.value.to
}
