/** A frame as `ws` writes what a server sends. Its Sender is exported, and in no type. */
import * as ws from "ws";

interface FrameOptions {
  fin: boolean;
  mask: boolean;
  readOnly: boolean;
  rsv1: boolean;
  opcode: number;
}

const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: FrameOptions): Buffer[] } };

export function wsFrame(data: Buffer, opcode: number): Buffer {
  return Buffer.concat(Sender.frame(data, { fin: true, mask: false, readOnly: true, rsv1: false, opcode }));
}
