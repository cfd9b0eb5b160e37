"use client";
import { type FormEvent, useState } from "react";
import { errorWords } from "#components/ui/api-client.ts";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { DialogActions } from "#components/ui/overlay/dialog.tsx";
import { toast } from "#components/ui/overlay/toast.tsx";
import { ensureForward } from "./forward-changes.ts";
import { openPort } from "./open-port.ts";
import { readPort } from "./target-words.ts";

export interface ForwardTarget {
  cluster: string;
  namespace: string;
  pod: string;
  /** What the pod declares; any other number can be typed. */
  ports: readonly { port: number; name: string }[];
}

export interface PortFormProps {
  target: ForwardTarget;
  /** False when the server offers no web addresses: then a TCP port is all there is. */
  previews: boolean;
  /** False when Porthole runs elsewhere: a port of its machine is nothing to the person. */
  localPorts: boolean;
  onClose: () => void;
}

/** Which port, and what for. */
export function PortForm({ target, previews, localPorts, onClose }: PortFormProps) {
  const [text, setText] = useState(target.ports[0] ? String(target.ports[0].port) : "");
  // Without web addresses a TCP port is the whole forward, so the box is ticked and cannot be cleared.
  const [listen, setListen] = useState(!previews && localPorts);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const nothing = !previews && !localPorts;

  const create = async (open: boolean) => {
    const port = readPort(text);
    if (port === null) return setProblem("A port is a whole number from 1 to 65535.");
    const { cluster, namespace, pod } = target;
    const request = { cluster, namespace, kind: "Pod", name: pod, port, ...(listen ? { listen } : {}) };
    if (open) {
      // Within the click, or the browser blocks the window; what becomes of it is told there, not here.
      onClose();
      return openPort(request);
    }
    setBusy(true);
    try {
      const { local } = await ensureForward(request);
      toast({ text: local === null ? `${pod} : ${port} is forwarded.` : `${pod} : ${port} is at ${local}.` });
      onClose();
    } catch (error) {
      setBusy(false);
      setProblem(errorWords(error));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!nothing) void create(previews);
  };

  return (
    <form onSubmit={submit} className="mt-3 flex flex-col gap-3">
      {target.ports.length > 0 && (
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="mb-1.5 text-dim text-sm">Declared by the pod</legend>
          {target.ports.map(({ port, name }) => (
            <Button
              key={port}
              aria-pressed={text === String(port)}
              className={cn("font-mono", text === String(port) && "border-accent! bg-accent-bg!")}
              onClick={() => setText(String(port))}
            >
              {port}
              {name !== "" && <span className="text-dim">{name}</span>}
            </Button>
          ))}
        </fieldset>
      )}
      <label htmlFor="forward-port" className="flex flex-col gap-1.5">
        <span className="text-dim text-sm">Port</span>
        <Input
          id="forward-port"
          data-autofocus
          inputMode="numeric"
          className="w-32! font-mono"
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : "port-problem"}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
          }}
        />
      </label>
      {localPorts && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.75 size-3.5 accent-(--accent)"
            checked={listen}
            disabled={!previews}
            onChange={(event) => setListen(event.target.checked)}
          />
          <span>
            Also a local TCP port
            <span className="block text-dim text-sm">
              On 127.0.0.1 where Porthole runs, for a database client or any other program that is no browser.
            </span>
          </span>
        </label>
      )}
      {nothing && (
        <p className="text-dim">
          This Porthole has no web addresses for ports: whoever runs it can give it some with
          --preview-domain.
        </p>
      )}
      {problem !== null && (
        <p id="port-problem" role="alert" className="break-words text-bad">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button
          disabled={busy || nothing}
          variant={previews ? "default" : "primary"}
          onClick={() => void create(false)}
        >
          {busy ? "Forwarding" : "Forward"}
        </Button>
        {previews && (
          <Button type="submit" variant="primary" disabled={busy}>
            Forward and open
          </Button>
        )}
      </DialogActions>
    </form>
  );
}
