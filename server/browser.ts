/** Opens the page in the person's browser, when there is a desktop. */
import { spawn } from "node:child_process";

/** The URL holds the launch token in its fragment; other users of the machine may see a command line (ps). */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): void {
  const command = opener(env);
  if (!command) return;
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

function opener(env: NodeJS.ProcessEnv): string[] | null {
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["cmd", "/c", "start", ""];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : null;
}
