"use client";
import { Toaster } from "#components/ui/overlay/toast.tsx";
import { FaultBoundary } from "#components/ui/page/fault-boundary.tsx";
import { SignInGate } from "./login/sign-in-gate.tsx";
import { useLogin } from "./login/use-login.ts";
import { Workspace } from "./workspace.tsx";

/**
 * The page: who this browser is, then the workspace. Toasts stand outside of the gate: what
 * was said last is still there when a sign-in ends and the workspace goes.
 */
export function Workbench() {
  const { login, trySignIn } = useLogin();
  return (
    <FaultBoundary>
      <SignInGate login={login} trySignIn={trySignIn}>
        {login.state === "in" && <Workspace info={login.info} />}
      </SignInGate>
      <Toaster />
    </FaultBoundary>
  );
}
