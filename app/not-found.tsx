import type { Metadata } from "next";
import { MessagePage, PodsLink } from "#components/ui/page/message-page.tsx";

export const metadata: Metadata = { title: "No page here · Porthole" };

/**
 * Exported as 404.html: the server answers with it where an address is neither the page nor its API. It comes without
 * a sign-in, so it may say nothing about this Porthole.
 */
export default function NotFound() {
  return (
    <MessagePage title="There is no page here">
      <p>The address does not belong to Porthole. Pods, terminals and forwards are all on one page.</p>
      <PodsLink />
    </MessagePage>
  );
}
