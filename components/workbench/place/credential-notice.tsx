"use client";
import { Button } from "#components/ui/control/button.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import type { CredentialAction, CredentialInfo } from "#protocol/credential.ts";
import { linkParts } from "./link-parts.ts";

interface CredentialNoticeProps {
  cluster: string;
  info: CredentialInfo;
  /** Why the last word of the person did not count. */
  problem: string | null;
  act: (action: CredentialAction) => void;
  onDismiss: () => void;
}

/** What the login program of a cluster wants: a permission, a code entered elsewhere, or another try. */
export function CredentialNotice({ cluster, info, problem, act, onDismiss }: CredentialNoticeProps) {
  const dismiss = (
    <Button size="sm" variant="ghost" onClick={onDismiss}>
      Not now
    </Button>
  );
  const trouble = problem !== null && <p className="mt-2 text-bad">{problem}</p>;
  if (info.state === "asking") {
    return (
      <Notice
        tone="warn"
        title={`May Porthole run a program to sign in to ${cluster}?`}
        actions={
          <>
            <Button size="sm" variant="primary" onClick={() => act("allow")}>
              Allow and run
            </Button>
            {dismiss}
          </>
        }
      >
        <p>The kubeconfig names it for this cluster. It runs where Porthole runs, as the same user.</p>
        <Program info={info} />
        <p className="mt-2">Your answer holds for exactly this program, its arguments and its variables.</p>
        {trouble}
      </Notice>
    );
  }
  if (info.state === "running") {
    return (
      <Notice
        tone="warn"
        title={`Signing in to ${cluster}`}
        actions={
          <Button size="sm" onClick={() => act("cancel")}>
            Cancel
          </Button>
        }
      >
        <Said
          lines={info.lines}
          none={`${info.program?.command ?? "The program"} runs and has said nothing yet.`}
        />
        {info.until !== undefined && <p className="mt-2">It has until {timeOf(info.until)}.</p>}
        {trouble}
      </Notice>
    );
  }
  return (
    <Notice
      tone="bad"
      title={`Signing in to ${cluster} failed`}
      actions={
        <>
          <Button size="sm" variant="primary" onClick={() => act("retry")}>
            Try again
          </Button>
          {dismiss}
        </>
      }
    >
      <Said lines={(info.problem ?? "").split("\n")} none="" />
      {info.retryAt !== undefined && (
        <p className="mt-2">It is not tried again by itself before {timeOf(info.retryAt)}.</p>
      )}
      {trouble}
    </Notice>
  );
}

function Program({ info: { program } }: { info: CredentialInfo }) {
  if (!program) return null;
  const { command, path, args, env } = program;
  return (
    <div className="mt-2 break-all rounded-md bg-raise px-2.5 py-2 font-mono text-text">
      <p>{[command, ...args].map(quoted).join(" ")}</p>
      {path !== command && <p className="text-dim">{path}</p>}
      {env.length > 0 && <p className="text-dim">with the variables {env.join(", ")}</p>}
    </div>
  );
}

/** As it came, line for line: codes are read aloud and compared. */
function Said({ lines, none }: { lines: readonly string[]; none: string }) {
  if (lines.every((line) => line.trim() === "")) return <p>{none}</p>;
  return (
    <div className="whitespace-pre-wrap break-words font-mono text-text">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and hold no state
        <p key={index}>
          {linkParts(line).map(({ text, href, at }) =>
            href ? (
              <a
                key={at}
                href={href}
                target="_blank"
                rel="noopener noreferrer"
                className="text-accent underline"
              >
                {text}
              </a>
            ) : (
              text
            ),
          )}
        </p>
      ))}
    </div>
  );
}

/** As a person would have to type it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString();
}
