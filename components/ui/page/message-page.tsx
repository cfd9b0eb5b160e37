import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";
import { Waiting } from "./waiting.tsx";

/** A whole page that waits. The heading is for a screen reader: it announces the page by it. */
export function WaitingPage({ children }: { children: string }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <h1 className="sr-only">Porthole</h1>
      <Waiting>{children}</Waiting>
    </main>
  );
}

/** Out of a page that has nothing more to offer. A whole new load: what went wrong here is left behind. */
export function PodsLink() {
  return (
    <p>
      <a href="/" className="text-link underline underline-offset-2">
        Go to the pods
      </a>
    </p>
  );
}

/** A whole page that says one thing: sign-in, a link that leads nowhere, a server that does not answer. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="w-full max-w-100">
        <p className="mb-7 flex items-center gap-2 font-semibold text-lg tracking-tight">
          <Logo />
        </p>
        <h1 className="mb-2 font-semibold text-xl tracking-tight">{title}</h1>
        <div className="flex flex-col gap-4 text-dim">{children}</div>
      </div>
    </main>
  );
}
