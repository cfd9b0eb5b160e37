"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { INITIAL_LOG_STATE, type LogState } from "./log-state.ts";
import { LogStream } from "./log-stream.ts";

/** A log that nobody looks at gives its connection back after this long, and reads on when it is looked at again. */
const UNSEEN_FOR_MS = 5_000;

export interface LogReading extends LogState {
  readOn: () => void;
  loadEarlier: () => void;
}

/** @param seen the pane is in front; its stream is held only then */
export function useLog(
  cluster: string,
  namespace: string,
  pod: string,
  container: string,
  previous: boolean,
  seen: boolean,
): LogReading {
  const [state, setState] = useState<LogState>(INITIAL_LOG_STATE);
  const streamRef = useRef<LogStream | null>(null);
  const stopped = useRef(true);

  useEffect(() => {
    // Lines of the container before must not stand under the new name, not for a moment.
    setState(INITIAL_LOG_STATE);
    const target = { cluster, namespace, pod, container };
    const stream = new LogStream({ target, previous, onState: setState });
    streamRef.current = stream;
    stopped.current = true;
    return () => stream.stop();
  }, [cluster, namespace, pod, container, previous]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another container is another stream, not yet begun
  useEffect(() => {
    const stream = streamRef.current;
    if (!stream) return;
    if (seen && stopped.current) {
      stopped.current = false;
      stream.start();
    }
    if (seen) return;
    // Stepping through tabs passes over this one; that alone ends nothing.
    const timer = setTimeout(() => {
      stopped.current = true;
      stream.stop();
    }, UNSEEN_FOR_MS);
    return () => clearTimeout(timer);
  }, [seen, cluster, namespace, pod, container, previous]);

  const readOn = useCallback(() => streamRef.current?.start(), []);
  const loadEarlier = useCallback(() => void streamRef.current?.loadEarlier(), []);
  return { ...state, readOn, loadEarlier };
}
