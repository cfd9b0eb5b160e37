/**
 * Browsers keep about 16 WebGL contexts per page and take the oldest one away for the next. So only terminals that
 * are looked at draw with one, never more than a few do, and a context is given back the moment its terminal hides.
 */
import type { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";

const MAX_WEBGL_CONTEXTS = 8;
/** Flipping through tabs should not build a texture atlas for each one passed. */
const ACQUIRE_DELAY_MS = 100;
/** A page whose contexts are lost this often is better off without. */
const MAX_LOSSES = 2;

/** Names of renderers that run on the processor: Chromium's, Mesa's, and Windows' fallback. */
const SOFTWARE_RENDERER = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let heldContexts = 0;
let hardwareRendering: boolean | null = null;

export class WebglLease {
  readonly #terminal: Terminal;
  #addon: WebglAddon | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wanted = false;
  #losses = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The terminal is looked at, or no longer. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!wanted) this.#release();
    else if (canDrawWithWebgl()) this.#timer = setTimeout(() => void this.#acquire(), ACQUIRE_DELAY_MS);
  }

  dispose(): void {
    this.want(false);
  }

  async #acquire(): Promise<void> {
    let addon: WebglAddon;
    try {
      const { WebglAddon: Addon } = await import("@xterm/addon-webgl");
      if (!this.#wanted || this.#addon || heldContexts >= MAX_WEBGL_CONTEXTS || this.#losses >= MAX_LOSSES)
        return;
      addon = new Addon();
      addon.onContextLoss(() => {
        this.#losses += 1;
        this.#release();
      });
      this.#terminal.loadAddon(addon);
    } catch {
      // No WebGL2, or its module did not arrive: xterm keeps drawing with the DOM, only slower.
      return;
    }
    this.#addon = addon;
    heldContexts += 1;
  }

  #release(): void {
    const addon = this.#addon;
    if (!addon) return;
    this.#addon = null;
    heldContexts -= 1;
    const contexts = this.#contexts();
    addon.dispose();
    // Disposing leaves the context to the garbage collector (xterm.js#6068), which is too late for the limit.
    for (const context of contexts) context.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #contexts(): WebGL2RenderingContext[] {
    const canvases = this.#terminal.element?.querySelectorAll("canvas") ?? [];
    return [...canvases].flatMap((canvas) => canvas.getContext("webgl2") ?? []);
  }
}

/** Not on touch devices, where contexts are few and memory is shared, and not where the processor plays the GPU. */
function canDrawWithWebgl(): boolean {
  if (matchMedia("(pointer: coarse)").matches) return false;
  hardwareRendering ??= hasHardwareRendering();
  return hardwareRendering;
}

function hasHardwareRendering(): boolean {
  const context = document
    .createElement("canvas")
    .getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  // Chromium does not count its own software renderer as a caveat; xterm's DOM renderer is the faster of the two.
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE_RENDERER.test(renderer);
}
