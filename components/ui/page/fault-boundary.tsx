"use client";
import { Component, type ReactNode } from "react";
import { Button } from "../control/button.tsx";
import { MessagePage } from "./message-page.tsx";

/** Catches a fault of the page itself and says so in its place. What runs on the server is not touched by it. */
export class FaultBoundary extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    return this.state.fault === null ? this.props.children : <StoppedPage fault={this.state.fault} />;
  }
}

function StoppedPage({ fault }: { fault: Error }) {
  return (
    <MessagePage title="The page has stopped">
      <p>
        A fault in the page itself ended it: <span className="break-words text-text">{fault.message}</span>
      </p>
      <p>Your shells and forwards run on. Load the page again to come back to them.</p>
      <p>
        <Button variant="primary" onClick={() => location.reload()}>
          Load the page again
        </Button>
      </p>
    </MessagePage>
  );
}
