import { Kbd } from "#components/ui/control/marks.tsx";
import type { KeyLine } from "./keys.ts";

/** Each key by itself, as it is pressed: "Ctrl K" as one mark would read like the name of a key. */
export function KeyList({ keys }: { keys: readonly KeyLine[] }) {
  return (
    <dl className="flex flex-col">
      {keys.map((line) => (
        <div key={line.what} className="flex min-h-7 items-center justify-between gap-4">
          <dt className="text-dim">{line.what}</dt>
          <dd className="flex shrink-0 gap-1">
            {line.keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
