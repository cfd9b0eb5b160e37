import { Button } from "#components/ui/control/button.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { LogReading } from "./use-log.ts";

/** Below the lines, where the reader is: why no more come, and how they may. */
export function LogEnd({ log, previous }: { log: LogReading; previous: boolean }) {
  const again = (
    <Button size="sm" onClick={log.readOn}>
      {log.lines.length === 0 ? "Try again" : "Read on"}
    </Button>
  );
  if (log.phase === "connecting") return <Waiting className="px-3.5 py-2.5">Loading the log</Waiting>;
  if (log.phase === "failed") {
    return (
      <Notice tone="bad" title="The log broke off" actions={again} className="border-t">
        {log.problem}
      </Notice>
    );
  }
  if (log.phase === "ended" && !previous) {
    return (
      <Notice
        title={log.waits ? "Nothing more comes for now" : "The log has ended: the container stopped"}
        actions={again}
        className="border-t"
      >
        {log.waits
          ? "The log goes on by itself when the container writes again or is started anew."
          : log.lines.length === 0 && "It wrote nothing."}
      </Notice>
    );
  }
  if (log.lines.length === 0) return <Notice title="Nothing has been written yet" />;
  return null;
}
