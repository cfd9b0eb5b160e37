/**
 * Which panels stand beside the terminal, and how wide: a function of what the person chose and of the room there is.
 * What was chosen is never changed by it, so a window that grows again looks as it did.
 */

/** In px. Below its minimum a list cuts every name; above its maximum it takes the place of the terminal. */
export const PODS_WIDTH = { min: 220, max: 560, initial: 316 } as const;
export const FORWARDS_WIDTH = { min: 240, max: 520, initial: 328 } as const;

/** What programs, tables and people's eyes expect of a terminal. */
const TERMINAL_COLUMNS = 80;
/** Of Geist Mono, of its size. */
const CELL_EM = 0.6;
/** The padding of a terminal, its scrollbar, and what rounding takes. */
const TERMINAL_EDGES_PX = 32;
/** The start page: its column and a margin. */
const START_ROOM_PX = 400;

export interface PanelChoices {
  podsWidth: number;
  forwardsWidth: number;
  podsOpen: boolean;
  /** Null: shown while there are forwards. */
  forwardsOpen: boolean | null;
  /** Both are put away for now, whatever they were. */
  bothHidden: boolean;
}

interface PanelFacts {
  /** Of the window. */
  width: number;
  /** Of the middle, at least. */
  room: number;
  hasForwards: boolean;
}

export interface PanelPlace {
  width: number;
  /** How far it can be dragged, while the terminal keeps its room. */
  max: number;
}

/** Null: folded. */
export interface PanelPlaces {
  pods: PanelPlace | null;
  forwards: PanelPlace | null;
}

/** @param terminalFontPx null while no terminal is open */
export function middleRoom(terminalFontPx: number | null): number {
  if (terminalFontPx === null) return START_ROOM_PX;
  return Math.ceil(TERMINAL_COLUMNS * CELL_EM * terminalFontPx) + TERMINAL_EDGES_PX;
}

/** A panel first gives up width, then its place; the pods, which lead to everything else, give up last. */
export function placePanels(choices: PanelChoices, { width, room, hasForwards }: PanelFacts): PanelPlaces {
  const beside = Math.max(0, width - room);
  const wantsPods = choices.podsOpen && !choices.bothHidden;
  const wantsForwards = (choices.forwardsOpen ?? hasForwards) && !choices.bothHidden;
  const bothFit = beside >= PODS_WIDTH.min + FORWARDS_WIDTH.min;
  const forPods = wantsForwards && bothFit ? beside - FORWARDS_WIDTH.min : beside;
  const pods = wantsPods ? place(choices.podsWidth, PODS_WIDTH, forPods) : null;
  const forForwards = beside - (pods?.width ?? 0);
  const forwards = wantsForwards ? place(choices.forwardsWidth, FORWARDS_WIDTH, forForwards) : null;
  return { pods, forwards };
}

function place(wanted: number, limits: { min: number; max: number }, room: number): PanelPlace | null {
  if (room < limits.min) return null;
  const max = Math.min(limits.max, room);
  return { width: Math.min(wanted, max), max };
}
