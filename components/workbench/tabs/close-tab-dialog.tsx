"use client";
import { Button } from "#components/ui/control/button.tsx";
import { Dialog, DialogActions } from "#components/ui/overlay/dialog.tsx";
import { useLayout } from "../layout/layout-store.ts";
import { endTab } from "./open-tabs.ts";
import { tabTitle } from "./tab.ts";
import { removeTab, useTabs } from "./tabs-store.ts";

/**
 * A tab with a running shell is not closed by a slip: what is to become of the shell? The choice under Enter is the one
 * that can be taken back.
 */
export function CloseTabDialog() {
  const id = useLayout((layout) => layout.closingTab);
  const tab = useTabs((store) => store.tabs.find((known) => known.id === id));
  const close = () => useLayout.setState({ closingTab: null });
  return (
    <Dialog
      open={tab !== undefined}
      onOpenChange={close}
      title={tab ? `Close ${tabTitle(tab)}?` : ""}
      description="A shell runs in it. Left running, it is found again under Sessions, with its screen."
    >
      {tab && (
        <DialogActions>
          <Button
            variant="danger"
            onClick={() => {
              // The tab goes at once, the shell when the server has answered; a failure is told by a toast.
              close();
              void endTab(tab.id);
            }}
          >
            End shell
          </Button>
          <Button
            variant="primary"
            data-autofocus
            onClick={() => {
              close();
              removeTab(tab.id);
            }}
          >
            Leave running
          </Button>
        </DialogActions>
      )}
    </Dialog>
  );
}
