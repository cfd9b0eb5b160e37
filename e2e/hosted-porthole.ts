/**
 * A Porthole as companies host it: TLS, a name of its own, and a domain for previews. Its cluster is another one's demo
 * cluster, because the demo is for a person's own machine. Browsers find the names by NAMES_ON_LOOPBACK.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { PortholeProcess } from "./porthole-process.ts";
import { freePort, temporaryFolder } from "./reference/reference-cluster.ts";
import { makeCertificate } from "./reference/test-certificate.ts";

const APP = "porthole.example.com";
const PREVIEWS = "example.net";
/** For Chromium. The certificate is its own authority. */
export const NAMES_ON_LOOPBACK = [
  `--host-resolver-rules=MAP ${APP} 127.0.0.1, MAP *.${PREVIEWS} 127.0.0.1`,
  "--ignore-certificate-errors",
];

export class HostedPorthole {
  private constructor(
    /** As printed, with the token in the fragment. */
    readonly url: string,
    readonly origin: string,
    private readonly port: number,
    private readonly token: string,
    private readonly ca: Buffer,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<HostedPorthole> {
    const folder = temporaryFolder();
    const { cert, key } = makeCertificate(folder.path);
    const tls = ["--tls-cert", cert, "--tls-key", key];
    const behind = await PortholeProcess.start(["--demo", ...tls]);
    const kubeconfig = join(folder.path, "config");
    const cluster = { server: `${behind.origin}/clusters/demo`, "certificate-authority": cert };
    const text = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": "demo" },
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user: { token: behind.token } }],
      contexts: [{ name: "demo", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(text), { mode: 0o600 });
    const port = await freePort();
    const porthole = await PortholeProcess.start([
      ...["--kubeconfig", kubeconfig, "--port", String(port), ...tls],
      ...["--public-url", `https://${APP}:${port}`, "--preview-domain", `${PREVIEWS}:${port}`],
    ]);
    const stop = async () => {
      await porthole.stop();
      await behind.stop();
      folder.remove();
    };
    return new HostedPorthole(porthole.url, porthole.origin, port, porthole.token, readFileSync(cert), stop);
  }

  /** A request of a machine: with the launch token, JSON both ways. */
  api<T>(method: string, path: string, body: unknown): Promise<T> {
    const text = JSON.stringify(body);
    const headers = {
      ...{ authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...{ "content-length": Buffer.byteLength(text), host: new URL(this.origin).host },
    };
    return new Promise((resolve, reject) => {
      const where = { host: "127.0.0.1", port: this.port, servername: "", ca: this.ca };
      const asked = request({ ...where, method, path, headers }, (answer) => {
        let said = "";
        answer.setEncoding("utf8").on("data", (piece: string) => {
          said += piece;
        });
        answer.once("end", () => {
          if ((answer.statusCode ?? 0) < 300) resolve(JSON.parse(said) as T);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${said}`));
        });
      });
      asked.once("error", reject);
      asked.end(text);
    });
  }
}
