/**
 * Self reviews as kubectl 1.36 sends them: protobuf in the Kubernetes envelope
 * (k8s.io/apimachinery pkg/runtime/serializer/protobuf; field numbers from k8s.io/api authorization/v1 generated.proto).
 */
import { badRequest } from "./api-error.ts";

export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

/** Four bytes before every message: "k8s" and a zero. */
const MAGIC = Buffer.from("k8s\0");

const WireType = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const;
const VARINT_MORE_BIT = 0x80;
const MAX_VARINT_BYTES = 10;

/** A message: by field number its name, and its own shape when it is a message too. Other fields are skipped. */
interface Shape {
  [field: number]: { name: string; shape?: Shape };
}

/** runtime.Unknown */
const ENVELOPE: Shape = {
  1: { name: "typeMeta", shape: { 1: { name: "apiVersion" }, 2: { name: "kind" } } },
  2: { name: "raw" },
};

const RESOURCE_ATTRIBUTES: Shape = {
  1: { name: "namespace" },
  2: { name: "verb" },
  3: { name: "group" },
  4: { name: "version" },
  5: { name: "resource" },
  6: { name: "subresource" },
  7: { name: "name" },
};

const REVIEWS: Record<string, Shape> = {
  SelfSubjectAccessReview: {
    2: {
      name: "spec",
      shape: {
        1: { name: "resourceAttributes", shape: RESOURCE_ATTRIBUTES },
        2: { name: "nonResourceAttributes", shape: { 1: { name: "path" }, 2: { name: "verb" } } },
      },
    },
  },
  SelfSubjectRulesReview: { 2: { name: "spec", shape: { 1: { name: "namespace" } } } },
  SelfSubjectReview: {},
};

/**
 * The review as its JSON would be.
 * @throws ApiError 400
 */
export function decodeReview(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, MAGIC.byteLength).equals(MAGIC)) throw malformed();
  // latin1 keeps the raw bytes of the message inside apart.
  const envelope = decodeMessage(body.subarray(MAGIC.byteLength), ENVELOPE, "latin1");
  const typeMeta = envelope.typeMeta as { apiVersion?: string; kind?: string } | undefined;
  const shape = REVIEWS[typeMeta?.kind ?? ""];
  if (!shape || typeof envelope.raw !== "string") throw malformed();
  return { ...typeMeta, ...decodeMessage(Buffer.from(envelope.raw, "latin1"), shape, "utf8") };
}

function decodeMessage(bytes: Buffer, shape: Shape, encoding: BufferEncoding): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = bytes[at++];
      if (byte === undefined) throw malformed();
      value += (byte & ~VARINT_MORE_BIT) * 2 ** (7 * index);
      if (byte < VARINT_MORE_BIT) return value;
    }
    throw malformed();
  };
  while (at < bytes.byteLength) {
    const tag = varint();
    const known = shape[Math.floor(tag / 8)];
    switch (tag % 8) {
      case WireType.Varint:
        varint();
        break;
      case WireType.Fixed64:
        at += 8;
        break;
      case WireType.Fixed32:
        at += 4;
        break;
      case WireType.Bytes: {
        const length = varint();
        if (length > bytes.byteLength - at) throw malformed();
        const value = bytes.subarray(at, at + length);
        at += length;
        if (known?.shape) message[known.name] = decodeMessage(value, known.shape, encoding);
        else if (known) message[known.name] = value.toString(encoding);
        break;
      }
      default:
        throw malformed();
    }
  }
  return message;
}

function malformed() {
  return badRequest("the request body is no Kubernetes protobuf of a self review");
}
