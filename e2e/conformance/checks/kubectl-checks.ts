/** The same through a real kubectl, when there is one: the peer that decides. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type Check, type Conformance, Skip } from "../check.ts";

/** Small enough to be an argument list's text both ways. */
const INPUT_BYTES = 1024 * 1024;

export const KUBECTL_CHECKS: Check[] = [
  {
    title: "kubectl exec: stdout, stderr and the exit code arrive apart",
    source: "kubectl pkg/cmd/exec/exec.go",
    async run(conformance) {
      const { code, stdout, stderr } = await run(conformance, "echo out; echo err >&2; exit 42");
      assert.deepEqual({ code, stdout }, { code: 42, stdout: "out\n" });
      assert.match(stderr, /^err\n/);
    },
  },
  ...[0, 1, 137].map(
    (code): Check => ({
      title: `kubectl exec: exit code ${code}`,
      source: "protocol.md 5, kubectl pkg/cmd/util/helpers.go",
      run: async (conformance) => assert.equal((await run(conformance, `exit ${code}`)).code, code),
    }),
  ),
  {
    title: "kubectl exec -i: the end of the input ends the command",
    source: "protocol.md 1.7",
    async run(conformance) {
      const input = randomBytes(INPUT_BYTES).toString("base64");
      const { code, stdout } = await run(conformance, "sha256sum", input);
      assert.equal(stdout.split(" ")[0], createHash("sha256").update(input).digest("hex"));
      assert.equal(code, 0);
    },
  },
  {
    title: "kubectl exec: a pod that is not there is not found",
    source: "kubectl pkg/cmd/exec/exec.go",
    async run({ kubectl }) {
      if (typeof kubectl === "string") throw new Skip(kubectl);
      const { code, stderr } = await kubectl.run(["exec", "no-such-pod", "--", "true"]);
      assert.equal(code, 1);
      assert.match(stderr, /no-such-pod.*not found/);
    },
  },
];

function run({ kubectl }: Conformance, script: string, input?: string) {
  if (typeof kubectl === "string") throw new Skip(kubectl);
  const command = ["exec", ...(input === undefined ? [] : ["-i"]), "-n", "default", "shell", "-c", "main"];
  return kubectl.run([...command, "--", "sh", "-c", script], input);
}
