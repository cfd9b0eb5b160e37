/** Which shell or command a person chose for an image, kept in this browser: it is a property of the image. */
import { type RunChoice, readRun } from "#components/terminal/session/run-choice.ts";
import { keep, keptObject } from "#components/ui/kept.ts";

const STORAGE_KEY = "porthole.shells";
/** The oldest make room. */
const MAX_IMAGES = 100;

export function keptRun(image: string): RunChoice | undefined {
  return readRun(keptObject(STORAGE_KEY)[imageName(image)]);
}

/** @param run undefined: the best shell again. An attach is for once, and is not kept. */
export function keepRun(image: string, run: RunChoice | undefined): void {
  if (image === "" || run?.kind === "attach") return;
  const name = imageName(image);
  const others = Object.entries(keptObject(STORAGE_KEY)).filter(([known]) => known !== name);
  const entries = run === undefined ? others : [...others, [name, run]];
  keep(STORAGE_KEY, JSON.stringify(Object.fromEntries(entries.slice(-MAX_IMAGES))));
}

/** Without tag and digest: the next version has the same shells. The colon of a registry's port is no tag. */
function imageName(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}
