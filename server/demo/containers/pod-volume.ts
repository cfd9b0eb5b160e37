/** A pod's throw-away files on this machine: a home, a /tmp and the few files of /etc that name the pod. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Nobody else on the machine may look inside. */
const PRIVATE_DIRECTORY = 0o700;

export interface PodIdentity {
  namespace: string;
  name: string;
  ip: string;
}

export class PodVolume {
  readonly home: string;
  readonly tmp: string;
  /** Host paths by path inside the container. */
  readonly etcFiles: ReadonlyMap<string, string>;

  constructor(
    root: string,
    readonly pod: PodIdentity,
  ) {
    // Names of pods and namespaces are ours, and no namespace holds an underscore.
    const base = join(root, `${pod.namespace}_${pod.name}`);
    this.home = join(base, "home");
    this.tmp = join(base, "tmp");
    const etc = join(base, "etc");
    for (const path of [base, this.home, this.tmp, etc]) {
      mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY });
    }
    writeFileSync(join(this.home, ".bashrc"), bashrc(pod.name));
    this.etcFiles = new Map(
      Object.entries(etcFiles(pod)).map(([name, text]) => {
        writeFileSync(join(etc, name), text);
        return [`/etc/${name}`, join(etc, name)];
      }),
    );
  }
}

/** Read by interactive shells after the system's own file, which would set another prompt. */
function bashrc(hostname: string): string {
  return [
    `PS1='\\[\\e[36m\\]${hostname}\\[\\e[0m\\]:\\[\\e[34m\\]\\w\\[\\e[0m\\]\\$ '`,
    "alias ls='ls --color=auto' ll='ls -l'",
    "HISTFILE=",
    "",
  ].join("\n");
}

function etcFiles(pod: PodIdentity): Record<string, string> {
  return {
    hostname: `${pod.name}\n`,
    hosts: `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${pod.ip} ${pod.name}\n`,
    passwd: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    group: "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n",
  };
}
