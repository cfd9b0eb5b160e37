"use client";
import { type RunKind, runKind } from "#components/terminal/session/run-choice.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Dialog, DialogActions } from "#components/ui/overlay/dialog.tsx";
import { useLayout } from "../layout/layout-store.ts";
import { endTab } from "./open-tabs.ts";
import { tabTitle } from "./tab.ts";
import { removeTab, useTabs } from "./tabs-store.ts";

/** What is attached to runs on either way: there the choice is about the page alone. */
const WORDS: Record<RunKind, { description: string; end: string; leave: string }> = {
  shell: {
    description: "A shell runs in it. Left running, it is found again under Sessions, with its screen.",
    end: "End shell",
    leave: "Leave running",
  },
  command: {
    description: "A command runs in it. Left running, it is found again under Sessions, with its screen.",
    end: "End command",
    leave: "Leave running",
  },
  attach: {
    description:
      "It is attached to the container's main process, which runs on either way. Left attached, it is found again under Sessions, with its screen.",
    end: "Detach",
    leave: "Leave attached",
  },
};

/**
 * A tab with a running shell is not closed by a slip: what is to become of the shell? The choice under Enter is the one
 * that can be taken back.
 */
export function CloseTabDialog() {
  const id = useLayout((layout) => layout.closingTab);
  const tab = useTabs((store) => store.tabs.find((known) => known.id === id));
  const kind = runKind(tab?.target.run);
  const words = WORDS[kind];
  const close = () => useLayout.setState({ closingTab: null });
  return (
    <Dialog
      open={tab !== undefined}
      onOpenChange={close}
      title={tab ? `Close ${tabTitle(tab)}?` : ""}
      description={words.description}
    >
      {tab && (
        <DialogActions>
          <Button
            variant={kind === "attach" ? "default" : "danger"}
            onClick={() => {
              // The tab goes at once, the shell when the server has answered; a failure is told by a toast.
              close();
              void endTab(tab.id);
            }}
          >
            {words.end}
          </Button>
          <Button
            variant="primary"
            data-autofocus
            onClick={() => {
              close();
              removeTab(tab.id);
            }}
          >
            {words.leave}
          </Button>
        </DialogActions>
      )}
    </Dialog>
  );
}
