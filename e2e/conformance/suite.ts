/** Every statement of the suite, in the order they are tried. */
import { ATTACH_CHECKS } from "./attach-checks";
import type { Check } from "./check";
import { EXEC_ENDING_CHECKS } from "./exec-ending-checks";
import { EXEC_FRAME_CHECKS } from "./exec-frame-checks";
import { EXEC_STREAM_CHECKS } from "./exec-stream-checks";
import { EXEC_TERMINAL_CHECKS } from "./exec-terminal-checks";
import { EXEC_TRANSFER_CHECKS } from "./exec-transfer-checks";
import { FORWARD_API_CHECKS } from "./forward-api-checks";
import { FORWARD_CHECKS } from "./forward-checks";
import { KUBECTL_CHECKS } from "./kubectl-checks";
import { LEGACY_FORWARD_CHECKS } from "./legacy-forward-checks";
import { LOST_CONNECTION_CHECKS } from "./lost-connection-checks";
import { REFUSAL_CHECKS } from "./refusal-checks";
import { SPDY_EXEC_CHECKS } from "./spdy-exec-checks";
import { TUNNEL_CHECKS } from "./tunnel-checks";

export const SUITE: readonly Check[] = [
  ...REFUSAL_CHECKS,
  ...EXEC_STREAM_CHECKS,
  ...EXEC_ENDING_CHECKS,
  ...EXEC_TERMINAL_CHECKS,
  ...EXEC_FRAME_CHECKS,
  ...EXEC_TRANSFER_CHECKS,
  ...SPDY_EXEC_CHECKS,
  ...ATTACH_CHECKS,
  ...FORWARD_CHECKS,
  ...TUNNEL_CHECKS,
  ...LEGACY_FORWARD_CHECKS,
  ...FORWARD_API_CHECKS,
  ...LOST_CONNECTION_CHECKS,
  ...KUBECTL_CHECKS,
];
