import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";

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
