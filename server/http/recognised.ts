/** The checks of who asks, with one consequence: whoever passes keeps the connection when places are short (threats.md A28). */
import type { Duplex } from "node:stream";
import type { Auth } from "#server/access/auth.ts";

/** What handlers see of the door. */
export type Door = Pick<Auth, "authenticate" | "authenticateUpgrade">;

/** @param know is told of the socket of each request and upgrade that passed */
export function recognised(auth: Door, know: (socket: Duplex) => void): Door {
  return {
    authenticate(request) {
      const caller = auth.authenticate(request);
      know(request.socket);
      return caller;
    },
    authenticateUpgrade(request, path) {
      const caller = auth.authenticateUpgrade(request, path);
      know(request.socket);
      return caller;
    },
  };
}
