import { setTimeout as delay } from "node:timers/promises";

export interface Reader {
  pause(): void;
  resume(): void;
}

/** Does not read for a while. Time itself is what is tried: nothing happens that could be waited for. */
export async function stopReading(reader: Reader, ms: number): Promise<void> {
  reader.pause();
  await delay(ms);
  reader.resume();
}
