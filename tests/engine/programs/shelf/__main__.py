"""A provider plugin for the engine's tests, package `shelf`, over the bare protocol.

It takes secrets and previews, gives detailed diffs, has a function (shelf:index:count) and a configuration (`label`).
A book whose title is "damaged" is created, but fails to come up; what it was asked goes to the file SHELF_LOG.
"""

import os
import threading
from concurrent import futures

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Shelf(provider_pb2_grpc.ResourceProviderServicer):
    def __init__(self):
        self._label = ""

    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def CheckConfig(self, request, context):
        failures = []
        if _text(request.news, "label") == "wrong":
            failures = [provider_pb2.CheckFailure(property="label", reason="this label is wrong")]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Configure(self, request, context):
        self._label = _text(request.args, "label")
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request, context):
        _note("check", request.urn, request.news)
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request, context):
        old, new = request.old_inputs.fields, request.news.fields
        kinds = {"title": provider_pb2.PropertyDiff.UPDATE_REPLACE, "pages": provider_pb2.PropertyDiff.UPDATE}
        changed = {key: kind for key, kind in kinds.items() if old.get(key) != new.get(key)}
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=list(changed),
            replaces=[key for key in changed if key == "title"],
            detailedDiff={key: provider_pb2.PropertyDiff(kind=kind, inputDiff=True) for key, kind in changed.items()},
            hasDetailedDiff=True,
        )

    def Create(self, request, context):
        _note("preview" if request.preview else "create", request.urn, request.properties)
        properties = self._stored(request.properties, request.preview)
        if _text(request.properties, "title") == "damaged":
            failure = provider_pb2.ErrorResourceInitFailed(
                id="book-damaged", properties=properties, inputs=request.properties, reasons=["pages are missing"]
            )
            _abort_with(context, failure)
        return provider_pb2.CreateResponse(id="" if request.preview else "book-1", properties=properties)

    def Update(self, request, context):
        return provider_pb2.UpdateResponse(properties=self._stored(request.news, request.preview))

    def Read(self, request, context):
        if request.id == "book-lost":
            return provider_pb2.ReadResponse()
        known = request.inputs if request.inputs.fields else request.properties
        inputs = json_format.ParseDict({"title": "found"}, provider_pb2.ReadRequest().inputs)
        inputs.MergeFrom(known)
        return provider_pb2.ReadResponse(id=request.id, inputs=inputs, properties=self._stored(inputs, False))

    def Delete(self, request, context):
        _note("delete", request.urn, request.properties)
        return empty_pb2.Empty()

    def Invoke(self, request, context):
        answer = provider_pb2.InvokeResponse()
        result = {"count": len(request.args.fields["of"].list_value.values), "label": self._label}
        getattr(answer, "return").CopyFrom(json_format.ParseDict(result, provider_pb2.InvokeRequest().args))
        return answer

    def Cancel(self, request, context):
        return empty_pb2.Empty()

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def _stored(self, inputs, preview):
        properties = type(inputs)()
        properties.CopyFrom(inputs)
        properties.fields["label"].string_value = self._label
        properties.fields["shelfMark"].string_value = UNKNOWN if preview else "QA 76"
        return properties


def _text(properties, key):
    # Not fields[key] alone: that would add an empty value to the message.
    return properties.fields[key].string_value if key in properties.fields else ""


def _abort_with(context, failure):
    """Fail the call with a message beside the error's text, as gRPC's rich error model has it."""
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message="it did not come up")
    status.details.add().Pack(failure)
    context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
    context.abort(grpc.StatusCode.UNKNOWN, "it did not come up")


def _note(verb, urn, properties):
    with open(os.environ["SHELF_LOG"], "a") as log:
        log.write(f"{verb} {urn.rsplit('::', 1)[1]} {json_format.MessageToJson(properties, indent=None)}\n")


if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Shelf(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    threading.Event().wait()
