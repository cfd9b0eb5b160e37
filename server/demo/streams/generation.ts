/**
 * What a cluster of each generation speaks (KEP-4006). One of these decides all that differs: nothing else in this
 * room knows the generations' names.
 */
import { V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";

export type GenerationName = "legacy" | "phase1" | "phase2";

export interface Generation {
  /** Of the API server and its kubelets. */
  version: string;
  /** Over WebSocket for exec and attach, best first: whatever its place in the offer, the best is taken. */
  execSubprotocols: readonly string[];
  /** Whether port-forward is tunnelled in WebSockets. */
  tunnels: boolean;
  /** A GET upgrade needs `create` as well (kubernetes pkg/registry/core/pod/rest/authorize.go, on from 1.35). */
  createCheck: boolean;
  /** Of every node: status.declaredFeatures. */
  declaredFeatures: readonly string[];
}

export const GENERATIONS: Record<GenerationName, Generation> = {
  /** Before 1.29: WebSockets go to the runtime's own server, which knows nothing newer than v4. */
  legacy: {
    version: "v1.28.15+demo",
    execSubprotocols: [V4_SUBPROTOCOL],
    tunnels: false,
    createCheck: false,
    declaredFeatures: [],
  },
  /** 1.30 to 1.34: the API server translates v5 and unwraps tunnels. */
  phase1: {
    version: "v1.34.4+demo",
    execSubprotocols: [V5_SUBPROTOCOL, V4_SUBPROTOCOL],
    tunnels: true,
    createCheck: false,
    declaredFeatures: [],
  },
  /** 1.36: the kubelet does both. */
  phase2: {
    version: "v1.36.4+demo",
    execSubprotocols: [V5_SUBPROTOCOL, V4_SUBPROTOCOL],
    tunnels: true,
    createCheck: true,
    declaredFeatures: ["ExtendWebSocketsToKubelet"],
  },
};

export const GENERATION_NAMES = Object.keys(GENERATIONS) as GenerationName[];

export function isGenerationName(name: string): name is GenerationName {
  return Object.hasOwn(GENERATIONS, name);
}
