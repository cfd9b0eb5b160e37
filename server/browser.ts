/**
 * Opens the page in the person's browser, when there is a desktop. What a command line holds every user of the machine can
 * read, and the link opens Porthole: so the browser is given a page of the person's own that leads there (threats.md A37).
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A browser that starts cold, on a machine that has just started. */
const PAGE_LIFE_MS = 60_000;
const OWNER_ONLY = 0o600;
const FOLDER_PREFIX = "porthole-open-";
const PAGE = "porthole.html";
/** Where snap keeps its programs: such browsers see neither /tmp nor anything hidden, only what is plain in the home. */
const SNAP = ["/snap", "/var/lib/snapd"];

/** @returns takes the page away; it goes by itself after a minute and when the process ends */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): () => void {
  const command = opener(env);
  const page = command && writePage(url, env);
  if (!page) return () => {};
  const remove = () => rmSync(page.folder, { recursive: true, force: true });
  setTimeout(remove, PAGE_LIFE_MS).unref();
  process.once("exit", remove);
  const [program, ...args] = command as [string, ...string[]];
  const address = pathToFileURL(page.file).href;
  const child = spawn(program, [...args, address], { env, stdio: "ignore", detached: true });
  child.on("error", remove);
  child.unref();
  return remove;
}

function opener(env: NodeJS.ProcessEnv): string[] | null {
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["cmd", "/c", "start", ""];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : null;
}

/** Null: there is no folder for it, and then the person has the printed link. */
function writePage(url: string, env: NodeJS.ProcessEnv): { folder: string; file: string } | null {
  for (const parent of folders(env)) {
    try {
      sweep(parent);
      // The name is fresh and the folder 0700, so nobody has put a link or a file there.
      const folder = mkdtempSync(join(parent, FOLDER_PREFIX));
      const file = join(folder, PAGE);
      writeFileSync(file, pageTo(url), { mode: OWNER_ONLY, flag: "wx" });
      return { folder, file };
    } catch {
      // The next one.
    }
  }
  return null;
}

/** Pages of a Porthole that was killed. A folder that holds anything else is not ours and stays. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(parent, name);
    try {
      if (Date.now() - statSync(folder).mtimeMs < PAGE_LIFE_MS) continue;
      unlinkSync(join(folder, PAGE));
      rmdirSync(folder);
    } catch {
      // Somebody else's.
    }
  }
}

function folders(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME;
  if (process.platform === "linux" && SNAP.some((folder) => existsSync(folder)) && home) return [home];
  // XDG_RUNTIME_DIR is in memory and the person's alone; on macOS and Windows the folder for temporary files is.
  return [env.XDG_RUNTIME_DIR, tmpdir()].filter(
    (folder) => folder !== undefined && folder !== "",
  ) as string[];
}

/** Both ways: without scripts, and without an entry in the history. */
function pageTo(url: string): string {
  const text = JSON.stringify(url).replaceAll("<", "\\u003c");
  const attribute = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Porthole</title>
<script>location.replace(${text})</script>
<meta http-equiv="refresh" content="0;url=${attribute}">
<p><a href="${attribute}">Porthole</a></p>
`;
}
