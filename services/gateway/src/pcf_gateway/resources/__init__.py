"""The REST resources: what goes over HTTP, as OpenAPI documents it. Knows neither protobuf nor gRPC."""
