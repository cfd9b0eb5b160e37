"use client";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { MessagePage } from "#components/ui/page/message-page.tsx";
import { tokenOf } from "./login-api.ts";

/** For a browser that nobody has signed in, or whose sign-in is over. */
export function SignIn({
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
    // Wrong tokens are counted by the server; one press must not be two tries.
    setBusy(true);
    await trySignIn(tokenOf(text));
    setBusy(false);
  };
  return (
    <MessagePage title="Sign in">
      <p>
        Open the link that <code className="font-mono text-mono text-text">npm start</code> printed in its
        terminal. It signs one browser in.
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
            // The whole link may be pasted: nobody should have to find the token in it.
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
          <p id="token-problem" role="alert" className="text-bad first-letter:uppercase">
            {problem}
          </p>
        )}
      </form>
    </MessagePage>
  );
}
