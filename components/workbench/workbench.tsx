"use client";
import { FaultBoundary } from "#components/ui/fault-boundary";
import { Toaster } from "#components/ui/toast";
import { SignInGate } from "./sign-in";
import { useLogin } from "./use-login";
import { Workspace } from "./workspace";

/** The page: who this browser is, then the workspace. */
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
