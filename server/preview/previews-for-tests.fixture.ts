/** Programs and previews that one test starts; they are over before the next. */
import { afterEach } from "vitest";
import { Program } from "#server/forward/program.fixture.ts";
import { PreviewServer } from "./preview-server.fixture.ts";

/** Call inside a describe, or at the top of a file. */
export function previewsForTests() {
  /** What else has to be closed, last first. */
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** @param port of the program in the pod */
  async function previewOf(port: number): Promise<PreviewServer> {
    const preview = await PreviewServer.start(port);
    closers.push(() => preview.close());
    return preview;
  }

  async function serve(listener: Parameters<typeof Program.http>[0]) {
    const program = await Program.http(listener);
    closers.push(() => program.close());
    return { program, preview: await previewOf(program.port) };
  }

  return { closers, previewOf, serve };
}
