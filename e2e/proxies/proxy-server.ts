/** The real nginx and HAProxy, each with a configuration of docs/proxies.md, on loopback. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { RunningProcess } from "../running-process.ts";

export type Software = "nginx" | "haproxy";

/** Debian puts them where only root's PATH looks. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Null: it is not installed here. */
export function programOf(software: Software): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...MORE_FOLDERS];
  return folders.map((folder) => join(folder, software)).find((path) => existsSync(path)) ?? null;
}

/** @param folder of its own, for its files */
export async function startProxyServer(
  software: Software,
  configuration: string,
  folder: string,
): Promise<RunningProcess> {
  const program = programOf(software);
  if (!program) throw new Error(`${software} is not installed`);
  const file = join(folder, `${software}.conf`);
  await writeFile(
    file,
    software === "nginx" ? wholeNginx(configuration, folder) : wholeHaproxy(configuration),
  );
  const [args, ready] =
    software === "nginx"
      ? [["-c", file, "-p", folder], /start worker process \d+/]
      : [["-W", "-db", "-f", file], /Loading success/];
  const { process: running } = await RunningProcess.start([program, ...args], ready);
  return running;
}

/** What Debian's own nginx.conf would have around it. */
function wholeNginx(configuration: string, folder: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`);
  // The folder belongs to whoever runs the test; nginx would go on as nobody.
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  return `${user}daemon off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log stderr notice;
events {}
http {
  access_log off;
${paths.join("\n")}
${configuration}
}
`;
}

function wholeHaproxy(configuration: string): string {
  return `global\n  maxconn 1000\n\n${configuration}\n`;
}
