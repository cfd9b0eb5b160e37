"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, errorWords, setUnauthorizedListener } from "#components/ui/api-client.ts";
import type { LoginInfo } from "#protocol/api.ts";
import { currentLogin, signIn, takeLaunchToken } from "./login-api.ts";

export type Login =
  | { state: "checking" }
  | { state: "in"; info: LoginInfo }
  /** `problem`: what became of the last try, in words. */
  | { state: "out"; problem: string | null }
  | { state: "unreachable"; problem: string };

const HTTP_UNAUTHORIZED = 401;
const RETRY_MS = 3_000;
/** A cluster's own 401 asks for this check too; no need to ask more often. */
const MIN_CHECK_GAP_MS = 5_000;

/**
 * Who this browser is for Porthole. Every state is a page of its own, so nothing of the workspace is drawn, or asks
 * for anything, before someone is signed in.
 */
export function useLogin(): { login: Login; trySignIn: (token: string) => Promise<void> } {
  const [login, setLogin] = useState<Login>({ state: "checking" });
  const started = useRef(false);

  // Not reached is not signed out: a server that is started again lets the cookie in, and the person waits for that.
  const resume = useCallback(async (problem: string | null) => {
    try {
      const info = await currentLogin();
      setLogin({ state: "in", info });
    } catch (error) {
      const refused = error instanceof ApiError && error.status === HTTP_UNAUTHORIZED;
      setLogin(refused ? { state: "out", problem } : { state: "unreachable", problem: errorWords(error) });
    }
  }, []);

  const trySignIn = useCallback(
    async (token: string) => {
      try {
        const info = await signIn(token);
        setLogin({ state: "in", info });
      } catch (error) {
        // A link opened for the second time is no reason to leave: the cookie of the first time may still be good.
        await resume(errorWords(error));
      }
    },
    [resume],
  );

  useEffect(() => {
    // A launch token is good once, and development mounts twice.
    if (started.current) return;
    started.current = true;
    const token = takeLaunchToken();
    void (token === null ? resume(null) : trySignIn(token));
  }, [resume, trySignIn]);

  useEffect(() => {
    if (login.state !== "unreachable") return;
    const timer = setTimeout(() => void resume(null), RETRY_MS);
    return () => clearTimeout(timer);
  }, [login, resume]);

  useEffect(() => {
    if (login.state !== "in") return;
    let checkedAt = 0;
    setUnauthorizedListener(() => {
      // A cluster's 401 passes through Porthole and looks the same; only Porthole's own answer ends the sign-in.
      if (Date.now() - checkedAt < MIN_CHECK_GAP_MS) return;
      checkedAt = Date.now();
      void currentLogin().catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== HTTP_UNAUTHORIZED) return;
        setLogin({
          state: "out",
          problem: "Your sign-in is over: you signed out, it expired, or Porthole was started again.",
        });
      });
    });
    return () => setUnauthorizedListener(null);
  }, [login.state]);

  return { login, trySignIn };
}
