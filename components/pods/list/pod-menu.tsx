"use client";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { MenuItem, MenuLabel, MenuSeparator } from "#components/ui/overlay/menu.tsx";
import type { AccessInfo } from "#protocol/api.ts";
import type { Pod, PodContainer } from "../pod/pod.ts";
import { logsReason, type PodCommands, portReason, shellReason } from "./pod-actions.ts";

/** A plain container needs no word; the others behave in ways a person has to know of. */
const KIND_WORDS: Record<PodContainer["kind"], string> = {
  container: "",
  sidecar: "sidecar",
  init: "init",
  ephemeral: "debug",
};

/**
 * Everything else that can be done with the selected pod: other containers, other ports, its name. What cannot be done
 * is listed all the same, disabled: nobody learns a list that changes its length.
 */
export function PodMenu({
  pod,
  access,
  commands,
}: {
  pod: Pod;
  access: AccessInfo | null;
  commands: PodCommands;
}) {
  const noShell = shellReason(pod, access) !== undefined;
  const noLogs = logsReason(pod, access) !== undefined;
  const noPort = portReason(pod, access) !== undefined;
  return (
    <>
      <MenuLabel>Shell in</MenuLabel>
      {pod.containers.map((container) => (
        <MenuItem
          key={container.name}
          disabled={noShell || !container.running}
          hint={container.running ? KIND_WORDS[container.kind] : "not running"}
          onSelect={() => commands.shell(pod, container.name)}
        >
          <span className="truncate font-mono text-mono">{container.name}</span>
        </MenuItem>
      ))}
      <MenuItem
        disabled={pod.containers.every(({ running }) => !running)}
        onSelect={() => commands.choose(pod)}
      >
        Another shell, a command, attach…
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Logs of</MenuLabel>
      {pod.containers.map((container) => (
        <MenuItem
          key={container.name}
          disabled={noLogs || !container.started}
          hint={container.started ? KIND_WORDS[container.kind] : "not started"}
          onSelect={() => commands.logs(pod, container.name)}
        >
          <span className="truncate font-mono text-mono">{container.name}</span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuLabel>Ports</MenuLabel>
      {pod.ports.map((port) => (
        <MenuItem
          key={port.port}
          disabled={noPort}
          hint={port.name || port.container}
          onSelect={() => commands.openPort(pod, port.port)}
        >
          Open <span className="font-mono text-mono">:{port.port}</span>
        </MenuItem>
      ))}
      <MenuItem disabled={noPort} onSelect={() => commands.forward(pod)}>
        Forward another port…
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => void copyText(pod.name, "pod's name")}>Copy the name</MenuItem>
    </>
  );
}
