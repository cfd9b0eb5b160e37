import { describe, expect, it } from "vitest";
import { parseKubeconfig } from "./kubeconfig.ts";

const FILE = "/home/ann/.kube/config";

function failureOf(text: string): string {
  try {
    parseKubeconfig(text, FILE);
  } catch (error) {
    expect(error).toMatchObject({ name: "KubeError", code: "CONFIG" });
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("parseKubeconfig", () => {
  it("refuses what would hold the parser for long: levels and items without end", () => {
    for (const level of ["[", "{", "- ", "? ", '{"a":']) {
      expect(failureOf(level.repeat(100_000))).toMatch(/nests deeper/);
    }
    for (const item of ["a: 1\n", "- a\n", "\n", "a,"]) {
      expect(failureOf(item.repeat(200_000))).toMatch(/lines and items/);
    }
  });

  it("resolves relative paths against the file, and a plugin's command only when it has a slash", () => {
    const config = parseKubeconfig(
      `
clusters:
- {name: c, cluster: {server: "https://a", certificate-authority: pki/ca.crt}}
users:
- name: u
  user: {client-certificate: ../c.crt, client-key: /abs/c.key, tokenFile: token, exec: {command: ./bin/plugin}}
- {name: bare, user: {exec: {command: aws, args: null, env: null}}}
`,
      FILE,
    );
    expect(config.clusters.get("c")?.value?.["certificate-authority"]).toBe("/home/ann/.kube/pki/ca.crt");
    expect(config.users.get("u")?.value).toMatchObject({
      "client-certificate": "/home/ann/c.crt",
      "client-key": "/abs/c.key",
      tokenFile: "/home/ann/.kube/token",
      exec: { command: "/home/ann/.kube/bin/plugin" },
    });
    expect(config.users.get("bare")?.value?.exec?.command).toBe("aws");
  });

  it("reads YAML 1.1 booleans, null lists and JSON", () => {
    const yes = `clusters: [{name: c, cluster: {server: "https://a", insecure-skip-tls-verify: yes}}]\nusers: null`;
    expect(parseKubeconfig(yes, FILE).clusters.get("c")?.value?.["insecure-skip-tls-verify"]).toBe(true);
    const json = JSON.stringify({
      "current-context": "x",
      contexts: [{ name: "x", context: { user: "u" } }],
    });
    expect(parseKubeconfig(json, FILE).contexts.get("x")?.value?.user).toBe("u");
    expect(parseKubeconfig(json, FILE).currentContext).toBe("x");
  });

  it.each(["", "# nothing\n", "---\n", "null\n"])("takes %j for an empty configuration", (text) => {
    expect(parseKubeconfig(text, FILE).contexts.size).toBe(0);
  });

  it("names the file and the line of broken YAML, and quotes nothing from it", () => {
    const message = failureOf('users:\n- name: u\n  user:\n    token: "hunter2-token\n  }: x\n');
    expect(message).toMatch(/^\/home\/ann\/\.kube\/config:\d+:\d+: this is not valid YAML/);
    expect(message).not.toContain("hunter2");
    expect(failureOf("a: 1\nb: {c: d}}\n")).toContain(`${FILE}:2:10:`);
  });

  it.each([
    ["hello", "not a kubeconfig"],
    ["- a", "not a kubeconfig"],
    ["apiVersion: v1\nkind: Pod", "Pod v1"],
    ["apiVersion: v2\nkind: Config", "Config v2"],
    ["contexts: {a: b}", "contexts must be a list"],
    ["contexts: [a]", "contexts[0].name"],
    ["contexts: [{name: 12}]", "contexts[0].name must be a text"],
    ["current-context: 12", "current-context must be a text"],
    ["users: [{name: u}, {name: u}]", 'two users have the name "u"'],
  ])("refuses %j and says why", (text, words) => {
    const message = failureOf(text);
    expect(message).toContain(words);
    expect(message).toContain(FILE);
  });

  it("keeps a wrong entry to itself", () => {
    const config = parseKubeconfig(
      "users: [{name: bad, user: {token: 123}}, {name: good, user: {token: abc}}]\ncontexts: [{name: x, context: 7}]",
      FILE,
    );
    expect(config.users.get("bad")?.problem).toContain('user "bad"');
    expect(config.users.get("bad")?.problem).toContain("token");
    expect(config.users.get("bad")?.problem).not.toContain("123");
    expect(config.users.get("good")?.value?.token).toBe("abc");
    expect(config.contexts.get("x")?.problem).toContain('context "x"');
  });

  it("refuses an alias bomb at once", () => {
    let bomb = `a0: &a0 [${Array(9).fill("x")}]\n`;
    for (let level = 1; level < 10; level++) {
      bomb += `a${level}: &a${level} [${Array(9).fill(`*a${level - 1}`)}]\n`;
    }
    const started = performance.now();
    expect(failureOf(bomb)).toContain("alias");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("takes names that JavaScript objects treat specially for names", () => {
    const config = parseKubeconfig(
      "__proto__: {polluted: true}\nusers: [{name: __proto__, user: {token: t}}]",
      FILE,
    );
    expect(config.users.get("__proto__")?.value?.token).toBe("t");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
