/** The bytes of an upgraded connection straight to a reader, whatever carries them. */
import type { Duplex } from "node:stream";
import { takeReads } from "#server/kube/connect/direct-reads.ts";
import type { DirectReader } from "#server/spdy/direct-reads.ts";
import { TunnelingConnection } from "./websocket/tunneling-connection.ts";

/** @returns false when they only come by 'data' */
export function takeDirectReads(bytes: Duplex, reader: DirectReader): boolean {
  if (!(bytes instanceof TunnelingConnection)) return takeReads(bytes, reader);
  bytes.takeReads(reader);
  return true;
}
