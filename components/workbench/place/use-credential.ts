"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import type { CredentialAction, CredentialInfo } from "#protocol/credential.ts";

/** A page has six connections, so none of them waits for this. */
const QUIET_POLL_MS = 3_000;
const BUSY_POLL_MS = 1_000;

export interface CredentialView {
  info: CredentialInfo | null;
  /** What became of the person's last word, when it did not arrive. */
  problem: string | null;
  act: (action: CredentialAction) => void;
}

/**
 * How far the login of a cluster is. Asked for also while the page is hidden: the person is on the login's own page then,
 * and a login that nobody looks at is stopped sooner.
 * @param onSignedIn a login has just succeeded
 */
export function useCredential(cluster: string, onSignedIn: () => void): CredentialView {
  const [known, setKnown] = useState<{ cluster: string; info: CredentialInfo } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const signedIn = useRef(onSignedIn);
  signedIn.current = onSignedIn;
  const lookNow = useRef(() => {});

  useEffect(() => {
    setProblem(null);
    const path = pathOf(cluster);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let before: CredentialInfo | null = null;
    const look = async () => {
      clearTimeout(timer);
      try {
        const info = (await apiFetch(path, { signal: abort.signal })) as CredentialInfo;
        if (before !== null && before.state !== "idle" && info.state === "idle") signedIn.current();
        before = info;
        setKnown({ cluster, info });
      } catch {
        // Porthole is not there; the lists say so, and this goes on when it is back.
      }
      if (abort.signal.aborted) return;
      timer = setTimeout(() => void look(), before?.state === "running" ? BUSY_POLL_MS : QUIET_POLL_MS);
    };
    lookNow.current = () => void look();
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [cluster]);

  const info = known !== null && known.cluster === cluster ? known.info : null;
  const hash = info?.hash;
  const act = useCallback(
    (action: CredentialAction) => {
      const body = action === "allow" ? { action, hash } : { action };
      apiFetch(pathOf(cluster), { method: "POST", body }).then(
        () => setProblem(null),
        (error: unknown) => setProblem(errorWords(error)),
      );
      // Not from the answer: what has begun since then is news as well.
      setTimeout(() => lookNow.current(), 0);
    },
    [cluster, hash],
  );
  return { info, problem, act };
}

function pathOf(cluster: string): string {
  return `/api/clusters/${clusterSegment(cluster)}/credential`;
}
