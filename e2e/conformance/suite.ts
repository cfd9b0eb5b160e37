/** Every statement of the suite, in the order they are tried. */

import type { Check } from "./check.ts";
import { ATTACH_CHECKS } from "./checks/attach-checks.ts";
import { EXEC_ENDING_CHECKS } from "./checks/exec-ending-checks.ts";
import { EXEC_FRAME_CHECKS } from "./checks/exec-frame-checks.ts";
import { EXEC_STREAM_CHECKS } from "./checks/exec-stream-checks.ts";
import { EXEC_TERMINAL_CHECKS } from "./checks/exec-terminal-checks.ts";
import { EXEC_TRANSFER_CHECKS } from "./checks/exec-transfer-checks.ts";
import { FORWARD_API_CHECKS } from "./checks/forward-api-checks.ts";
import { FORWARD_CHECKS } from "./checks/forward-checks.ts";
import { KUBECTL_CHECKS } from "./checks/kubectl-checks.ts";
import { LEGACY_FORWARD_CHECKS } from "./checks/legacy-forward-checks.ts";
import { LOST_CONNECTION_CHECKS } from "./checks/lost-connection-checks.ts";
import { REFUSAL_CHECKS } from "./checks/refusal-checks.ts";
import { SPDY_EXEC_CHECKS } from "./checks/spdy-exec-checks.ts";
import { TUNNEL_CHECKS } from "./checks/tunnel-checks.ts";

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
