"use client";
import type { ReactNode } from "react";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { MessagePage, WaitingPage } from "#components/ui/page/message-page.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { Login } from "./use-login.ts";

/** Comes when it is needed: whoever opens the launch link, or has a key, never sees it. */
const SignIn = lazyPart("sign-in", () => import("./sign-in.tsx").then((module) => module.SignIn));

/** Everything there is to see before someone is signed in. The children, the workspace, come in no other case. */
export function SignInGate({
  login,
  trySignIn,
  children,
}: {
  login: Login;
  trySignIn: (token: string) => Promise<void>;
  children: ReactNode;
}) {
  if (login.state === "in") return children;
  if (login.state === "checking") return <WaitingPage>Signing in</WaitingPage>;
  // Asked again by itself (use-login.ts): a person who starts Porthole anew need not come back and press something.
  if (login.state === "waiting") {
    return (
      <MessagePage title={login.token === undefined ? "Porthole does not answer" : "One moment"}>
        <p className="first-letter:uppercase">{login.problem}</p>
        <Waiting>Trying again every few seconds</Waiting>
      </MessagePage>
    );
  }
  return <SignIn.Part problem={login.problem} trySignIn={trySignIn} />;
}
