"use client";
import { errorWords } from "#components/ui/api-client.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Dialog, DialogActions } from "#components/ui/overlay/dialog.tsx";
import { toast } from "#components/ui/overlay/toast.tsx";
import { useLayout } from "../layout/layout-store.ts";
import { signOut } from "./login-api.ts";

/** Shells end with it, so it is no slip of a finger. The choice under Enter is the one that changes nothing. */
export function SignOutDialog() {
  const open = useLayout((layout) => layout.signingOut);
  const close = () => useLayout.setState({ signingOut: false });
  const leave = () => {
    close();
    signOut().catch((error: unknown) => toast({ tone: "bad", text: `Not signed out. ${errorWords(error)}` }));
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title="Sign out?"
      description="What this browser opened ends, in all its tabs: shells, forwards and their local ports. The link that signed you in may not work again."
    >
      <DialogActions>
        <Button variant="danger" onClick={leave}>
          Sign out
        </Button>
        <Button variant="primary" data-autofocus onClick={close}>
          Stay signed in
        </Button>
      </DialogActions>
    </Dialog>
  );
}
