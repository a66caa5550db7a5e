"""The references: what a bare FastAPI → gRPC hop, and a bare gRPC call, cost on this machine in this run.

`python bare.py hop` serves GET /{name} with one gRPC call behind it, all in one process as the development server
is; `python bare.py echo SIZE` serves a gRPC method that answers SIZE bytes. Both print their port.
"""

import asyncio
import sys
from typing import Any

import grpc
import uvicorn
from fastapi import FastAPI
from google.protobuf.wrappers_pb2 import BytesValue, StringValue
from pydantic import BaseModel

METHOD = "/bare.Echo/Say"


async def echo(size: int) -> tuple[grpc.aio.Server, int]:
    """A server whose one method answers `size` bytes."""
    answer = BytesValue(value=b"x" * size)

    async def say(request: StringValue, context: Any) -> BytesValue:
        return answer

    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(
        say, request_deserializer=StringValue.FromString, response_serializer=BytesValue.SerializeToString
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bare.Echo", {"Say": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


def stub(channel: grpc.aio.Channel) -> Any:
    """The method's client side."""
    return channel.unary_unary(
        METHOD, request_serializer=StringValue.SerializeToString, response_deserializer=BytesValue.FromString
    )


class Answer(BaseModel):
    """What the hop answers: a validated model, as any FastAPI service would."""

    name: str
    text: str


async def hop(size: int) -> None:
    """Serve the hop until the process ends."""
    _, port = await echo(size)
    say = stub(grpc.aio.insecure_channel(f"127.0.0.1:{port}"))
    app = FastAPI()

    @app.get("/{name}")
    async def read(name: str) -> Answer:
        reply = await say(StringValue(value=name), timeout=10)
        return Answer(name=name, text=reply.value.decode())

    config = uvicorn.Config(app, port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


async def main() -> None:
    """Serve what the command line asks for."""
    size = int(sys.argv[2])
    if sys.argv[1] == "hop":
        await hop(size)
        return
    server, port = await echo(size)
    print(port, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main())
