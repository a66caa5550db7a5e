"""Files and the builds that made them."""

from pcf.generator.v1 import generator_pb2 as pb

from pcf_gateway.convert.names import bare_id
from pcf_gateway.convert.times import to_datetime
from pcf_gateway.resources.origins import FileVerification, KnownFile, Origin


def verification(message: pb.FindArtifactResponse, *, sha256: str) -> FileVerification:
    return FileVerification(
        sha256=sha256,
        known=message.total_size > 0,
        artifact=_known_file(message.origins[0].artifact) if message.origins else None,
        builds=[_origin(origin) for origin in message.origins],
        total=message.total_size,
    )


def _known_file(message: pb.Artifact) -> KnownFile:
    return KnownFile(
        kind=bare_id(message.name),
        filename=message.filename,
        media_type=message.media_type,
        size_bytes=message.size_bytes,
    )


def _origin(message: pb.FindArtifactResponse.Origin) -> Origin:
    build = message.build
    return Origin(
        id=bare_id(build.name),
        component_name=build.result.component_name,
        namespace=build.result.namespace,
        display_name=build.result.display_name,
        kind=bare_id(message.artifact.name),
        brain_release=bare_id(build.brain_release) or None,
        create_time=to_datetime(build.create_time),
        href=f"/v1/{build.name}",
    )
