/** An API server, a Porthole in front of it, a kubectl beside it, and one port forwarded by both. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { freePort, startProgram, timeProgram } from "./processes.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export async function startPeer(folder, { quick, reference, kubectl }) {
  const kubeconfig = join(folder, "kubeconfig");
  const name = reference ? await startReference(reference, kubeconfig) : await startDemo(folder, kubeconfig);
  const program = kubectl ?? (reference ? join(reference, "kubectl") : findOnPath("kubectl"));
  const apiServer = { name, ...readContext(kubeconfig, folder) };
  const porthole = await startPorthole(kubeconfig, apiServer.context);
  const served = await startProgram(
    process.execPath,
    [join(ROOT, "scripts/bench/byte-server.mjs")],
    /listening on (\d+)/,
  );
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const usable = program && existsSync(program);
  return {
    quick,
    rounds: quick ? 3 : 5,
    apiServer,
    porthole,
    peerName: usable ? "kubectl" : "direct client",
    kubectl: usable ? { run: (args) => timeProgram(program, args, { env }) } : null,
    forward: await startForwards(porthole, Number(served.match[1]), usable ? { program, env } : null),
  };
}

async function startReference(bin, kubeconfig) {
  const args = ["-mode", "phase1", "-addr", `127.0.0.1:${await freePort()}`, "-kubeconfig", kubeconfig];
  await startProgram(join(bin, "refcluster"), args, /refcluster mode=phase1/);
  return "reference cluster (phase1)";
}

/** The demo cluster on its own, over TLS when openssl is there: kubectl sends its token over TLS only. */
async function startDemo(folder, kubeconfig) {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      cert,
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ],
    { stdio: "ignore" },
  );
  const args = [
    "--import",
    "tsx",
    join(ROOT, "server/demo/standalone.ts"),
    "--kubeconfig",
    kubeconfig,
    "--tls-cert",
    cert,
    "--tls-key",
    key,
  ];
  await startProgram(process.execPath, args, /ready|listening|https?:\/\//i, { cwd: ROOT });
  return "demo cluster";
}

function readContext(kubeconfig, folder) {
  const config = parse(readFileSync(kubeconfig, "utf8"));
  const { context } = config.contexts.find((one) => one.name === config["current-context"]);
  const { cluster } = config.clusters.find((one) => one.name === context.cluster);
  const { user } = config.users.find((one) => one.name === context.user);
  const caFile = join(folder, "ca.pem");
  const ca = cluster["certificate-authority-data"]
    ? Buffer.from(cluster["certificate-authority-data"], "base64")
    : readFileSync(cluster["certificate-authority"]);
  writeFileSync(caFile, ca);
  return { context: config["current-context"], origin: cluster.server, token: user.token, ca, caFile };
}

async function startPorthole(kubeconfig, context) {
  const args = [join(ROOT, "dist/server.mjs"), "--kubeconfig", kubeconfig, "--port", "0", "--no-open"];
  const { child, match } = await startProgram(process.execPath, args, /ready at (\S+)\/#t=(\S+)/);
  const [, origin, token] = match;
  return {
    origin,
    token,
    cluster: context,
    prefix: `/clusters/${encodeURIComponent(context)}`,
    pid: child.pid,
  };
}

async function startForwards(porthole, port, kubectl) {
  const headers = { authorization: `Bearer ${porthole.token}`, "content-type": "application/json" };
  const post = async (path, body) => {
    const answer = await fetch(`${porthole.origin}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  const forward = await post("/api/forwards", {
    cluster: porthole.cluster,
    namespace: "default",
    kind: "Pod",
    name: "shell",
    port,
    listen: true,
  });
  const link = new URL((await post(`/api/forwards/${forward.id}/open`, {})).url);
  const code = new URLSearchParams(link.hash.slice(1)).get("code");
  const { port: appPort } = new URL(porthole.origin);
  const entered = await enter(Number(appPort), link, code);
  let peer = null;
  if (kubectl) {
    const args = ["port-forward", "pod/shell", `:${port}`, "--address", "127.0.0.1"];
    const { match } = await startProgram(kubectl.program, args, /127\.0\.0\.1:(\d+) ->/, {
      env: kubectl.env,
    });
    peer = Number(match[1]);
  }
  return {
    local: Number(forward.local.split(":")[1]),
    preview: { port: Number(appPort), path: "/small", headers: { host: link.host, cookie: entered } },
    peer,
  };
}

/** Trades the one-time code for the forward's cookie. fetch() may not set Host, so this is node:http. */
async function enter(port, link, code) {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    const headers = { host: link.host, origin: link.origin, "content-type": "application/json" };
    request({ host: "127.0.0.1", port, method: "POST", path: "/.porthole/enter", headers }, (response) => {
      response.resume();
      const cookie = response.headers["set-cookie"]?.[0]?.split(";")[0];
      if (cookie) resolve(cookie);
      else reject(new Error(`the preview did not let us in: ${response.statusCode}`));
    })
      .once("error", reject)
      .end(JSON.stringify({ code }));
  });
}

function findOnPath(name) {
  return (process.env.PATH ?? "")
    .split(":")
    .map((directory) => join(directory, name))
    .find((path) => existsSync(path));
}
