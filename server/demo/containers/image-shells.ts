/** Images whose shells are not where others have them. Next hop: container-sandbox.ts, with a command of this machine. */
import { commandNotFound } from "./container-error.ts";

interface ShellImage {
  image: RegExp;
  /** What is found in it, by name or path, and what plays it here. All else does not exist. */
  commands: Readonly<Record<string, readonly string[]>>;
}

const BUSYBOX = ["/bin/sh"];
const POWERSHELL = ["/usr/bin/env", "PS1=PS C:\\> ", "/bin/sh"];

const IMAGES: readonly ShellImage[] = [
  { image: /^registry\.k8s\.io\/coredns\//, commands: {} },
  {
    image: /^gcr\.io\/distroless\/.*:.*debug/,
    commands: { sh: BUSYBOX, "/busybox/sh": BUSYBOX },
  },
  { image: /^gcr\.io\/distroless\//, commands: {} },
  { image: /^mcr\.microsoft\.com\/windows\//, commands: { powershell: POWERSHELL } },
];

/**
 * The command as this machine can run it.
 * @throws ContainerError NOT_FOUND
 */
export function commandInImage(image: string, [name = "", ...args]: readonly string[]): string[] {
  const known = IMAGES.find((entry) => entry.image.test(image));
  if (!known) return [name, ...args];
  const played = known.commands[name];
  if (!played) throw commandNotFound(name);
  // An option of PowerShell means nothing to what plays it.
  return [...played, ...args.filter((arg) => arg !== "-NoLogo")];
}
