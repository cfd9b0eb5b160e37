/**
 * Scrolls with a finger, which xterm does not (xterm.js#5377). In the history the text follows the finger; a program
 * that owns the screen or the mouse is sent wheel events instead, as a mouse would send them.
 */
import type { Terminal } from "@xterm/xterm";

/** A finger that moved less is a tap, and a tap is for the focus. */
const TAP_SLOP_PX = 6;

/** @returns stops listening */
export function scrollByTouch(terminal: Terminal, host: HTMLElement): () => void {
  let lastY: number | null = null;
  let restPx = 0;
  let dragging = false;

  const start = (event: TouchEvent) => {
    lastY = event.touches.length === 1 ? (event.touches[0]?.clientY ?? null) : null;
    restPx = 0;
    dragging = false;
  };
  const move = (event: TouchEvent) => {
    const touch = event.touches[0];
    if (lastY === null || !touch) return;
    const movedPx = lastY - touch.clientY;
    if (!dragging && Math.abs(movedPx) < TAP_SLOP_PX) return;
    dragging = true;
    lastY = touch.clientY;
    // The page itself must neither scroll nor reload.
    event.preventDefault();
    const screen = host.querySelector(".xterm-screen");
    if (!screen) return;
    restPx += movedPx;
    const rowPx = screen.clientHeight / terminal.rows;
    const rows = Math.trunc(restPx / rowPx);
    if (rows === 0) return;
    restPx -= rows * rowPx;
    scrollRows(terminal, screen, rows, touch);
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

function scrollRows(terminal: Terminal, screen: Element, rows: number, { clientX, clientY }: Touch): void {
  const owned = terminal.buffer.active.type === "alternate" || terminal.modes.mouseTrackingMode !== "none";
  if (!owned) {
    terminal.scrollLines(rows);
    return;
  }
  const turn = { deltaY: rows, deltaMode: WheelEvent.DOM_DELTA_LINE, clientX, clientY };
  screen.dispatchEvent(new WheelEvent("wheel", { ...turn, bubbles: true, cancelable: true }));
}
