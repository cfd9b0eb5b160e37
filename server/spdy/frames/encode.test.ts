import { expect, it } from "vitest";
import {
  encodeDataHeader,
  encodeGoAway,
  encodePing,
  encodeReset,
  encodeSynReply,
  encodeSynStream,
} from "./encode.ts";

const BLOCK = Buffer.from("c0ffee", "hex");

it.each([
  ["SYN_STREAM", encodeSynStream(3, BLOCK), "80030001 0000000d 00000003 00000000 00 00 c0ffee"],
  ["SYN_REPLY", encodeSynReply(5, BLOCK), "80030002 00000007 00000005 c0ffee"],
  ["RST_STREAM", encodeReset(7, 5), "80030003 00000008 00000007 00000005"],
  ["PING", encodePing(0x7fffffff), "80030006 00000004 7fffffff"],
  ["GOAWAY", encodeGoAway(9, 1), "80030007 00000008 00000009 00000001"],
  ["the header of DATA", encodeDataHeader(0x7fffffff, 0x012345, false), "7fffffff 00012345"],
  ["the header of the last DATA", encodeDataHeader(1, 0xffffff, true), "00000001 01ffffff"],
])("writes %s", (_name, frame, hex) => {
  expect(frame.toString("hex")).toBe(hex.replaceAll(" ", ""));
});
