"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, errorWords, setUnauthorizedListener } from "#components/ui/api-client.ts";
import type { LoginInfo } from "#protocol/api.ts";
import { currentLogin, hasKey, onOtherLogin, signIn, takeLaunchToken } from "./login-api.ts";

export type Login =
  | { state: "checking" }
  | { state: "in"; info: LoginInfo }
  /** `problem`: what became of the last try, in words. */
  | { state: "out"; problem: string | null }
  /** `token`: of a link that is tried again, because nobody is let in for a while. */
  | { state: "waiting"; problem: string; token?: string; waitMs: number };

const HTTP_TOO_MANY = 429;
const RETRY_MS = 3_000;
/** A cluster's own 401 asks for this check too; no need to ask more often. */
const MIN_CHECK_GAP_MS = 5_000;
const OVER = "Your sign-in is over: you signed out, it expired, or Porthole was started again.";

/**
 * Who this browser is for Porthole. Every state is a page of its own, so nothing of the workspace is drawn, or asks
 * for anything, before someone is signed in.
 */
export function useLogin(): { login: Login; trySignIn: (token: string) => Promise<void> } {
  const [login, setLogin] = useState<Login>({ state: "checking" });
  const started = useRef(false);

  // Not reached is not signed out: a server that comes back lets the key in, and the person waits for that.
  const resume = useCallback(async (otherwise: Login) => {
    try {
      const info = await currentLogin();
      setLogin(info ? { state: "in", info } : otherwise);
    } catch (error) {
      setLogin(
        otherwise.state === "waiting"
          ? otherwise
          : { state: "waiting", problem: errorWords(error), waitMs: RETRY_MS },
      );
    }
  }, []);

  const trySignIn = useCallback(
    async (token: string) => {
      try {
        setLogin({ state: "in", info: await signIn(token) });
      } catch (error) {
        const problem = errorWords(error);
        // A link opened for the second time is no reason to leave: the key of the first time may still be good.
        await resume(
          error instanceof ApiError && error.status === HTTP_TOO_MANY
            ? { state: "waiting", problem, token, waitMs: Number(error.retryAfter) * 1_000 || RETRY_MS }
            : { state: "out", problem },
        );
      }
    },
    [resume],
  );

  useEffect(() => {
    // A link is good once, and development mounts twice.
    if (started.current) return;
    started.current = true;
    const token = takeLaunchToken();
    void (token === null ? resume({ state: "out", problem: hasKey() ? OVER : null }) : trySignIn(token));
  }, [resume, trySignIn]);

  // Another link in the address of a page that stands here already loads nothing.
  useEffect(() => {
    const look = () => {
      const token = takeLaunchToken();
      if (token !== null) void trySignIn(token);
    };
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, [trySignIn]);

  useEffect(
    () =>
      onOtherLogin((left) => {
        if (left === null) void resume({ state: "out", problem: OVER });
        else setLogin({ state: "out", problem: left });
      }),
    [resume],
  );

  useEffect(() => {
    if (login.state !== "waiting") return;
    const { token, waitMs } = login;
    const again = () => (token === undefined ? resume({ state: "out", problem: OVER }) : trySignIn(token));
    const timer = setTimeout(() => void again(), waitMs);
    return () => clearTimeout(timer);
  }, [login, resume, trySignIn]);

  useEffect(() => {
    if (login.state !== "in") return;
    let checkedAt = 0;
    setUnauthorizedListener(() => {
      // A cluster's 401 passes through Porthole and looks the same; only Porthole's own answer ends the sign-in.
      if (Date.now() - checkedAt < MIN_CHECK_GAP_MS) return;
      checkedAt = Date.now();
      currentLogin().then(
        // Whoever signed out meanwhile has been told so.
        (info) => info ?? setLogin((now) => (now.state === "in" ? { state: "out", problem: OVER } : now)),
        () => {},
      );
    });
    return () => setUnauthorizedListener(null);
  }, [login.state]);

  return { login, trySignIn };
}
