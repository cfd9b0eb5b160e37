/** When a certificate ends, and whether somebody has to see to it. */
import type { Validity } from "./tls-handshake.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 7;
/** Shorter-lived ones are renewed by a program, again and again. */
const BY_HAND_DAYS = 30;

export interface CertificateTime {
  /** "2027-01-31"; "an unknown day" when the certificate is odd. */
  day: string;
  /** Negative: it has ended. */
  daysLeft: number;
  endsSoon: boolean;
}

export function certificateTime(certificate: Validity): CertificateTime {
  const ends = new Date(certificate.valid_to);
  const lifetimeDays = (ends.getTime() - Date.parse(certificate.valid_from)) / DAY_MS;
  const daysLeft = Math.floor((ends.getTime() - Date.now()) / DAY_MS);
  const known = !Number.isNaN(ends.getTime());
  return {
    day: known ? ends.toISOString().slice(0, 10) : "an unknown day",
    daysLeft,
    endsSoon: daysLeft < 0 || (daysLeft < SOON_DAYS && lifetimeDays > BY_HAND_DAYS),
  };
}
