"use client";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { MessagePage, WaitingPage } from "#components/ui/page/message-page.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import { tokenOf } from "./login-api.ts";
import type { Login } from "./use-login.ts";

/** Everything there is to see before someone is signed in. */
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
  if (login.state === "unreachable") {
    return (
      <MessagePage title="Porthole does not answer">
        <p>{login.problem}</p>
        <Waiting>Trying again every few seconds</Waiting>
      </MessagePage>
    );
  }
  return <SignIn problem={login.problem} trySignIn={trySignIn} />;
}

function SignIn({
  problem,
  trySignIn,
}: {
  problem: string | null;
  trySignIn: (token: string) => Promise<void>;
}) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (tokenOf(text) === "") return;
    setBusy(true);
    await trySignIn(tokenOf(text));
    setBusy(false);
  };
  return (
    <MessagePage title="Sign in">
      <p>
        Open the link that <code className="font-mono text-mono text-text">npm start</code> printed in its
        terminal. It signs this browser in.
      </p>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-2">
        <label htmlFor="token" className="text-text">
          Or paste the link, or its token, here
        </label>
        <div className="flex gap-2">
          <Input
            id="token"
            autoFocus
            className="font-mono"
            placeholder="http://127.0.0.1:7654/#t=…"
            value={text}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : "token-problem"}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" variant="primary" disabled={busy || text.trim() === ""}>
            {busy ? "Signing in" : "Sign in"}
          </Button>
        </div>
        {problem !== null && (
          <p id="token-problem" role="alert" className="text-bad">
            {problem}
          </p>
        )}
      </form>
    </MessagePage>
  );
}
