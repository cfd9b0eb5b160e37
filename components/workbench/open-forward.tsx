"use client";
import { useEffect, useState } from "react";
import { forwardLink } from "#components/portforward/forward-changes.ts";
import { safeLink } from "#components/portforward/open-port.ts";
import { ApiError, errorWords } from "#components/ui/api-client.ts";
import { MessagePage, PodsLink, WaitingPage } from "#components/ui/page/message-page.tsx";
import { SignInGate } from "./login/sign-in-gate.tsx";
import { useLogin } from "./login/use-login.ts";

const HTTP_NOT_FOUND = 404;

/**
 * A forward's own origin sends a browser it does not know here: once signed in, the browser goes back with a link
 * that lets it in.
 */
export function OpenForward() {
  const { login, trySignIn } = useLogin();
  return (
    <SignInGate login={login} trySignIn={trySignIn}>
      <Handoff />
    </SignInGate>
  );
}

function Handoff() {
  const [problem, setProblem] = useState<{ title: string; text: string } | null>(null);

  // Without dependencies: the address is read once, and what comes of it leaves this page.
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    const id = query.get("forward");
    if (!id) {
      setProblem({
        title: "Which forward?",
        text: "The link names no forward. Open one from the list of forwards.",
      });
      return;
    }
    forwardLink(id, query.get("path") ?? "/").then(
      // Replaced, not followed: going back must not lead through here again. The scheme is checked although our own
      // server answered: a script in this page is a shell (docs/threats.md A22).
      (url) => location.replace(safeLink(url)),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);

  if (problem === null) return <WaitingPage>Opening the forward</WaitingPage>;
  return (
    <MessagePage title={problem.title}>
      <p className="break-words">{problem.text}</p>
      <PodsLink />
    </MessagePage>
  );
}

function problemOf(error: unknown): { title: string; text: string } {
  if (error instanceof ApiError && error.status === HTTP_NOT_FOUND) {
    return {
      title: "This forward is gone",
      text: "It was stopped, or Porthole was started again since. Forward the port again to get a new address.",
    };
  }
  return { title: "The forward could not be opened", text: errorWords(error) };
}
