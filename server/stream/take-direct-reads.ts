/** The bytes of an upgraded connection straight to a reader, whatever carries them. */
import type { Duplex } from "node:stream";
import { takeReads } from "#kube/direct-reads";
import type { DirectReader } from "#spdy/direct-reads";
import { TunnelingConnection } from "./tunneling-connection";

/** @returns false when they only come by 'data' */
export function takeDirectReads(bytes: Duplex, reader: DirectReader): boolean {
  if (!(bytes instanceof TunnelingConnection)) return takeReads(bytes, reader);
  bytes.takeReads(reader);
  return true;
}
