"use client";
/** What the pane answers to the terminal's reports: questions before pastes and clipboard writes, notices for the rest. */
import { plural } from "#components/ui/format.ts";
import { writeClipboard } from "#components/ui/overlay/clipboard.ts";
import { toast } from "#components/ui/overlay/toast.tsx";
import { cleanTitle } from "../screen/title-filter.ts";
import type { PaneNotices } from "./pane-notices.ts";
import type { PaneListener } from "./use-terminal-session.ts";

/** Of what a program wants to copy: enough to recognize it. */
const PREVIEW_CHARS = 60;

export interface UsePaneListenerOptions
  extends Pick<PaneListener, "onLinkHover" | "onSearch" | "onLeave" | "onControlUsed" | "onBell"> {
  notices: PaneNotices;
  /** The person said that programs in this terminal may copy. */
  clipboardAllowed: boolean;
  allowClipboard(): void;
  paste(text: string): void;
}

export function usePaneListener(options: UsePaneListenerOptions): PaneListener {
  const { notices, clipboardAllowed, allowClipboard, paste, ...rest } = options;

  const copyFromPod = async (text: string) => {
    // Some browsers want a click for it, which a program in a pod is not.
    if (await writeClipboard(text))
      toast({ text: `Copied ${plural(charactersIn(text), "character")} from the pod.` });
    else askClipboard(text);
  };
  // Shown before it is done, and only on a click: a pod must not be able to put a command under the next paste.
  const askClipboard = (text: string) => {
    notices.show({
      key: "clipboard",
      tone: "warn",
      text: `A program in the pod wants to put ${plural(charactersIn(text), "character")} on your clipboard: “${preview(text)}”`,
      stays: true,
      actions: [
        { label: "Copy", run: () => void copyFromPod(text) },
        {
          label: "Always in this terminal",
          run: () => {
            allowClipboard();
            void copyFromPod(text);
          },
        },
      ],
    });
  };

  return {
    ...rest,
    onClipboardWrite(text) {
      if (clipboardAllowed) void copyFromPod(text);
      else askClipboard(text);
    },
    onPaste({ text, removed, lines, mustAsk }) {
      if (removed > 0) {
        const taken = `${plural(removed, "control character")} ${removed === 1 ? "was" : "were"} taken out of the paste.`;
        notices.show({ key: "paste-filtered", tone: "warn", text: taken });
      }
      if (!mustAsk) return paste(text);
      notices.show({
        key: "paste",
        tone: "warn",
        text: `Paste ${plural(lines, "line")}? The program here does not tell pasting from typing, so ${lines === 1 ? "it" : "each line"} runs as it arrives.`,
        stays: true,
        takesFocus: true,
        actions: [{ label: "Paste", run: () => paste(text) }],
      });
    },
    // Success needs no word: the selection goes away.
    onCopied(copied) {
      if (!copied) toast({ tone: "warn", text: "The browser did not let the page copy. Use its own menu." });
    },
    onNotice(notice) {
      const tone = notice.type === "resumed" ? "ok" : "warn";
      notices.show({ key: notice.type, tone, text: notice, stays: notice.type === "notice" });
    },
  };
}

/** As a person counts them: an emoji is one. */
function charactersIn(text: string): number {
  return [...text].length;
}

function preview(text: string): string {
  const start = cleanTitle(text.slice(0, PREVIEW_CHARS)) ?? "";
  return text.length > PREVIEW_CHARS ? `${start}…` : start;
}
