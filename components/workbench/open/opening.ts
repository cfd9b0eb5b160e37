/** What the dialog "Open a terminal" begins with. */
import type { PodContainer } from "#components/pods/pod/pod.ts";
import type { RunChoice } from "#components/terminal/session/run-choice.ts";

/** What is known of a container whose pod is not listed is its name, if that. */
export type OpeningContainer = Pick<PodContainer, "name"> &
  Partial<Pick<PodContainer, "image" | "stdin" | "tty">>;

export interface Opening {
  cluster: string;
  namespace: string;
  /** Empty: it is asked for. */
  pod: string;
  /** Empty: the API server's default. */
  container: string;
  containers: readonly OpeningContainer[];
  windows: boolean | undefined;
  run: RunChoice | undefined;
  /** The tab that it replaces: one in which there was no shell. */
  tab?: string;
}
