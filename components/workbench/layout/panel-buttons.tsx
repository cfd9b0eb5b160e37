"use client";
import { PanelLeft, PanelRight } from "lucide-react";
import { useForwardsStore } from "#components/portforward/forwards-store.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Badge } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { plural } from "#components/ui/format.ts";
import { useLayout } from "./layout-store.ts";
import { togglePanel } from "./panels.ts";

/** With its word while it is the only way to the pods. */
export function PodsButton({ docked }: { docked: boolean }) {
  const shown = useLayout((layout) => layout.drawer === "pods") || docked;
  return (
    <Tooltip content={shown ? "Fold the pods away" : "Show the pods"}>
      <Button
        variant={shown ? "ghost" : "default"}
        square={shown}
        aria-label="Pods panel"
        aria-pressed={shown}
        className="max-wide:hidden"
        onClick={() => togglePanel("pods")}
      >
        <PanelLeft />
        {!shown && "Pods"}
      </Button>
    </Tooltip>
  );
}

/** Folded, the forwards go on; the count says that there are some out of sight. */
export function ForwardsButton({ docked }: { docked: boolean }) {
  const shown = useLayout((layout) => layout.drawer === "forwards") || docked;
  const count = useForwardsStore((store) => store.forwards.length);
  const hidden = shown ? 0 : count;
  return (
    <Tooltip content={shown ? "Fold the forwards away" : "Show the forwards"}>
      <Button
        variant="ghost"
        square={hidden === 0}
        aria-label={count === 0 ? "Forwards panel" : `Forwards panel, ${plural(count, "forward")}`}
        aria-pressed={shown}
        onClick={() => togglePanel("forwards")}
      >
        <PanelRight />
        {hidden > 0 && <Badge>{hidden}</Badge>}
      </Button>
    </Tooltip>
  );
}
