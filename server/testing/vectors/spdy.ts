/**
 * SPDY/3.1 bytes of other implementations, as hex.
 * KUBECTL_*: kubectl 1.36.4 (Debian) with its WebSockets switched off, recorded by a server in front of this code.
 * GO_SERVER_*: the CRI streaming server of k8s.io/kubelet behind the reference cluster in mode legacy.
 * ZLIB_*: Node's zlib at level 9 with the SPDY/3 dictionary.
 */

/** `kubectl exec -i`: SYN_STREAM 1, 3, 5, 7 for error, stdin, stdout, stderr. */
export const KUBECTL_EXEC_OPEN = [
  "800300010000002a00000001000000000000" + "78f9e3c6a7c26260606004a7b392a2d4c45c6851c29a5a54945f04000000ffff",
  "800300010000001700000003000000000000c22e555c92929907000000ffff",
  "800300010000001900000005000000000000c22ac5565c92925f5a02000000ffff",
  "800300010000001500000007000000000000c229975a5404000000ffff",
];

/** The first of them as Go writes it inside a WebSocket tunnel: field by field, each its own message. */
export const KUBECTL_EXEC_FIELDS = ["8003", "0001", "0000002a", "00000001", "00000000", "00", "00"];

/** "hello\n" on stdin, then its end; the header and the payload came apart. */
export const KUBECTL_EXEC_STDIN = ["0000000300000006", "68656c6c6f0a", "0000000301000000"];

/** How kubectl leaves: RST_STREAM with CANCEL for each stream, then GOAWAY. */
export const KUBECTL_EXEC_CLOSE = [
  "80030003000000080000000100000005",
  "80030003000000080000000300000005",
  "80030003000000080000000500000005",
  "80030003000000080000000700000005",
  "80030007000000080000000000000000",
];

/** `kubectl port-forward` of one connection: error stream, its half-close, data stream, "ping", half-close. */
export const KUBECTL_FORWARD = [
  "80030001000000440000000100000000000078f9e3c6a7c26260606006a7b392a2d4c45c6851c29a5a54945f0429968b4a4002" +
    "86669696060c0c0c9c459078cc4c616060603400000000ffff",
  "0000000101000000",
  "800300010000001800000003000000000000c2aa1b54102512a119000000ffff",
  "000000030000000470696e67",
  "0000000301000000",
];

/** SYN_REPLY to streams 5, 1, 7 and 3 of an exec, in the order the server's workers answered. */
export const GO_SERVER_REPLIES = [
  "80030002000000140000000578f9e3c6a7c26260606000000000ffff",
  "800300020000000e000000016260606000000000ffff",
  "800300020000000e000000076260606000000000ffff",
  "800300020000000e000000036260606000000000ffff",
];

/** Of the same exec: a ping answered, stdout, RST of streams 3, 5, 1 and 7, GOAWAY. */
export const GO_SERVER_PING = "800300060000000400000001";
export const GO_SERVER_STDOUT = ["0000000500000009", "68656c6c6f20676f0a"];
export const GO_SERVER_CLOSE = [
  "80030003000000080000000300000005",
  "80030003000000080000000500000005",
  "80030003000000080000000100000005",
  "80030003000000080000000700000005",
  "80030007000000080000000700000000",
];

/** Three header blocks of one connection: streamtype=error port=80 requestid=0, then two without headers. */
export const ZLIB_BLOCKS = [
  "78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45a024cc6461c0c0c0c0590489c44c50e2663400000000ffff",
  "62000200000000ffff",
  "020100000000ffff",
];
