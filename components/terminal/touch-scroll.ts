/**
 * Scrolls with a finger. xterm understands the wheel and not touch (xterm.js#5377), so a drag becomes wheel events:
 * they scroll the history, or the program when it owns the screen or the mouse.
 */

/** A finger that moved less is a tap, and a tap is for the focus. */
const TAP_SLOP_PX = 6;

/** @returns stops listening */
export function scrollByTouch(host: HTMLElement, target: () => Element | null): () => void {
  let lastY: number | null = null;
  let dragging = false;

  const start = (event: TouchEvent) => {
    lastY = event.touches.length === 1 ? (event.touches[0]?.clientY ?? null) : null;
    dragging = false;
  };
  const move = (event: TouchEvent) => {
    const touch = event.touches[0];
    if (lastY === null || !touch) return;
    const deltaY = lastY - touch.clientY;
    if (!dragging && Math.abs(deltaY) < TAP_SLOP_PX) return;
    dragging = true;
    lastY = touch.clientY;
    // The page itself must neither scroll nor reload.
    event.preventDefault();
    const { clientX, clientY } = touch;
    target()?.dispatchEvent(
      new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }),
    );
  };
  const end = () => {
    lastY = null;
  };

  host.addEventListener("touchstart", start, { passive: true });
  host.addEventListener("touchmove", move, { passive: false });
  host.addEventListener("touchend", end);
  host.addEventListener("touchcancel", end);
  return () => {
    host.removeEventListener("touchstart", start);
    host.removeEventListener("touchmove", move);
    host.removeEventListener("touchend", end);
    host.removeEventListener("touchcancel", end);
  };
}
