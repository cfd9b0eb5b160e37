/** What a program may ask of the page by way of its output: a title, the clipboard, links, work. Each has its policy. */
import type { IDisposable, Terminal } from "@xterm/xterm";
import { limitCounts } from "./csi-limit.ts";
import { isLinkClick, openLink, safeLink } from "./link-policy.ts";
import { clipboardVerdict } from "./osc-policy.ts";
import { cleanTitle } from "./title-filter.ts";

/** A program can set a title with every byte it writes; the page follows at this pace. */
export const TITLE_EVERY_MS = 250;

export interface GuardListener {
  onTitle(title: string | null): void;
  /** A program wants this text on the clipboard (OSC 52); nothing was copied yet. */
  onClipboardWrite(text: string): void;
  /** The pointer came onto a link that may be opened, or left it. */
  onLinkHover(url: URL | null): void;
}

export function guardOutput(terminal: Terminal, listener: GuardListener): IDisposable {
  const clipboard = terminal.parser.registerOscHandler(52, (data) => {
    const verdict = clipboardVerdict(data);
    if (verdict.kind === "write") listener.onClipboardWrite(verdict.text);
    // Handled in any case: no other handler may answer a read.
    return true;
  });
  const links = guardLinks(terminal, listener);
  const titles = guardTitles(terminal, listener);
  const counts = limitCounts(terminal);
  return {
    dispose() {
      counts.dispose();
      clipboard.dispose();
      links.dispose();
      titles.dispose();
    },
  };
}

function guardLinks(terminal: Terminal, listener: GuardListener): IDisposable {
  const activate = (event: MouseEvent, text: string) => {
    const url = safeLink(text);
    if (url && isLinkClick(event)) openLink(url);
  };
  const hover = (_event: MouseEvent, text: string) => listener.onLinkHover(safeLink(text));
  const leave = () => listener.onLinkHover(null);
  terminal.options.linkHandler = { activate, hover, leave, allowNonHttpProtocols: false };
  // Finds addresses in plain text. It comes beside the first prompt, which has none to find.
  let gone = false;
  import("@xterm/addon-web-links").then(
    ({ WebLinksAddon }) => gone || terminal.loadAddon(new WebLinksAddon(activate, { hover, leave })),
    // Without it text is text; links that a program marks itself are still links.
    () => {},
  );
  return {
    dispose() {
      gone = true;
    },
  };
}

function guardTitles(terminal: Terminal, listener: GuardListener): IDisposable {
  let latest: string | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const subscription = terminal.onTitleChange((raw) => {
    latest = raw;
    timer ??= setTimeout(() => {
      timer = null;
      listener.onTitle(cleanTitle(latest ?? ""));
    }, TITLE_EVERY_MS);
  });
  return {
    dispose() {
      subscription.dispose();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
