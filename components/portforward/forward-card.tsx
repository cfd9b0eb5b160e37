"use client";
import { Copy, ExternalLink, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { errorWords } from "#components/ui/api-client.ts";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Badge, StatusDot } from "#components/ui/control/marks.tsx";
import { Tooltip } from "#components/ui/control/tooltip.tsx";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { toast } from "#components/ui/overlay/toast.tsx";
import type { ForwardInfo } from "#protocol/api.ts";
import { forwardLink, stopForward } from "./forward-changes.ts";
import type { ForwardRate } from "./forward-rate.ts";
import { ForwardRequests } from "./forward-requests.tsx";
import { forwardTone, stateWords } from "./forward-words.ts";
import { openWindow } from "./open-port.ts";
import { targetName, targetWords } from "./target-words.ts";

/** One forward: where it leads, how it is, what went through it. */
export function ForwardCard({
  forward,
  rate,
  cluster,
}: {
  forward: ForwardInfo;
  rate: ForwardRate | undefined;
  /** The name of its cluster, when it is another one than is looked at. */
  cluster: ReactNode;
}) {
  const [stopping, setStopping] = useState(false);
  const target = targetWords(forward);
  // On success the card goes away, so only a failure has to give the button back.
  const stop = async () => {
    setStopping(true);
    try {
      await stopForward(forward.id);
    } catch (error) {
      setStopping(false);
      toast({ tone: "bad", text: `${target} was not stopped. ${errorWords(error)}` });
    }
  };
  return (
    <li className="mx-2.5 mb-2.5 rounded-md border bg-background">
      <div className="flex items-center gap-2 pt-1.5 pr-1.5 pl-3">
        <StatusDot tone={forwardTone(forward)} pulse={forward.state === "connecting"} />
        <h3
          className="flex min-w-0 flex-1 font-mono font-semibold text-mono"
          title={`${forward.namespace}/${target}`}
        >
          <span className="truncate">{targetName(forward)}</span>
          <span className="shrink-0 whitespace-pre"> : {forward.port}</span>
        </h3>
        {forward.local !== null && <Badge>TCP</Badge>}
        <Tooltip content="Stop this forward">
          <Button
            size="sm"
            variant="ghost"
            square
            aria-label={`Stop the forward of ${target}`}
            disabled={stopping}
            onClick={() => void stop()}
          >
            <X />
          </Button>
        </Tooltip>
      </div>
      <div className="flex flex-col gap-0.5 pr-1.5 pl-7">
        {forward.url !== null && (
          <AddressLine text={new URL(forward.url).host} copied={forward.url}>
            {/* No link: the address alone asks for a sign-in, and openWindow() brings the code that gives it. */}
            <button
              type="button"
              className="flex min-w-0 items-center gap-1.5 rounded-sm text-link hover:underline"
              aria-label={`Open ${target} at ${new URL(forward.url).host}`}
              onClick={() => void openWindow(target, () => forwardLink(forward.id))}
            >
              <span className="truncate">{new URL(forward.url).host}</span>
              <ExternalLink aria-hidden="true" className="size-3 shrink-0" />
            </button>
          </AddressLine>
        )}
        {forward.local !== null && <AddressLine text={forward.local} copied={forward.local} />}
      </div>
      <p
        className={cn(
          "break-words pt-0.5 pr-3 pb-2 pl-7 text-sm",
          forward.state === "failing" ? "text-bad" : "text-dim",
        )}
      >
        {cluster && (
          <span className="inline-flex max-w-full items-center gap-1 align-bottom">{cluster} · </span>
        )}
        {stateWords(forward, rate)}
      </p>
      {forward.recent.length > 0 && <ForwardRequests hits={forward.recent} />}
    </li>
  );
}

/** An address and a button that copies it: for another window, or for a program that wants the TCP port. */
function AddressLine({ text, copied, children }: { text: string; copied: string; children?: ReactNode }) {
  return (
    <div className="flex items-center gap-1 font-mono text-sm">
      {children ?? <span className="truncate">{text}</span>}
      <span className="flex-1" />
      <Tooltip content="Copy the address">
        <Button
          size="sm"
          variant="ghost"
          square
          aria-label={`Copy ${text}`}
          onClick={() => void copyText(copied, "address")}
        >
          <Copy />
        </Button>
      </Tooltip>
    </div>
  );
}
