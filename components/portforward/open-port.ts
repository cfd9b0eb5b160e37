"use client";
import { errorWords } from "#components/ui/api-client.ts";
import { toast } from "#components/ui/overlay/toast.tsx";
import type { ForwardRequest } from "#protocol/api.ts";
import { markHidden } from "#protocol/hidden-characters.ts";
import { targetWords } from "./target-words.ts";

/** Opens a port in a new window. Has to be called within a click or a key press. */
export function openPort(request: ForwardRequest): Promise<void> {
  return openWindow(targetWords(request), async () => {
    const { ensureForward, forwardLink } = await import("./forward-changes.ts");
    return forwardLink((await ensureForward(request)).id);
  });
}

/**
 * Opens what `link` resolves to in a new window. The window itself must open within the click, or the browser blocks
 * it; it is told at once that nobody opened it, so a pod's page gets no handle on this one.
 */
export async function openWindow(label: string, link: () => Promise<string>): Promise<void> {
  const opened = window.open("about:blank", "_blank");
  if (opened) {
    opened.opener = null;
    announce(opened.document, label);
  }
  try {
    const url = safeLink(await link());
    if (opened && !opened.closed) opened.location.replace(url);
    else offerLink(label, url);
  } catch (error) {
    opened?.close();
    toast({ tone: "bad", text: `${label} could not be opened. ${errorWords(error)}` });
  }
}

/** A link from the server is followed only where a page can be. @throws for any other scheme */
export function safeLink(text: string): string {
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`${url.protocol} is no web address.`);
  return url.href;
}

function announce(page: Document, label: string): void {
  page.title = markHidden(label);
  page.documentElement.style.colorScheme = document.documentElement.dataset.theme ?? "";
  page.body.style.font = "13px system-ui";
  page.body.textContent = `Opening ${page.title}`;
}

/** For a browser that blocks new windows: a second click may open one. */
function offerLink(label: string, url: string): void {
  toast({
    tone: "warn",
    text: `The browser blocked the new window for ${label}.`,
    action: { label: "Open", run: () => window.open(url, "_blank", "noopener,noreferrer") },
  });
}
