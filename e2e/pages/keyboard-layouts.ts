/**
 * What is printed on keyboards, by place, and how their third characters and dead keys are reached. "·" is a key that
 * types nothing or is not there.
 */

/** Rows of an ISO keyboard, in KeyboardEvent.code. */
const PLACES = [
  "Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal",
  "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight",
  "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backslash",
  "IntlBackslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash",
].map((row) => row.split(" "));

export interface LayoutKey {
  code: string;
  shift: boolean;
  character: string;
}

export interface Layout {
  name: string;
  plain: LayoutKey[];
  /** With AltGr, or on Windows with Ctrl and Alt. */
  third: LayoutKey[];
  /** With Option, on a Mac. */
  option: LayoutKey[];
  /** A dead key, and what it makes of the key after it. */
  dead: { accent: LayoutKey; then: string; makes: string }[];
}

/** `third` and `option`: "Digit7 {", with "+" before the place for Shift. `dead`: "Equal ´ e é". */
interface LayoutText {
  rows: string[];
  shifted: string[];
  third: string;
  option: string;
  dead: string;
}

const LAYOUTS: Record<string, LayoutText> = {
  US: {
    rows: ["`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "·zxcvbnm,./"],
    shifted: ["~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "·ZXCVBNM<>?"],
    third: "",
    option: "Digit2 ™, KeyO ø, KeyS ß, Digit6 §, +Digit2 €, KeyV √",
    dead: "",
  },
  German: {
    rows: ["·1234567890ß·", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"],
    shifted: ['°!"§$%&/()=?·', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"],
    third:
      "Digit2 ², Digit3 ³, Digit7 {, Digit8 [, Digit9 ], Digit0 }, Minus \\, KeyQ @, KeyE €, BracketRight ~, KeyM µ, IntlBackslash |",
    option: "Digit5 [, Digit6 ], Digit7 |, Digit8 {, Digit9 }, +Digit7 \\, KeyL @, KeyE €",
    dead: "Backquote ^ a â, Backquote ^ Space ^, Equal ´ e é, Equal ´ Space ´, +Equal ` a à, +Equal ` Space `",
  },
  French: {
    rows: ["²&é\"'(-è_çà)=", "azertyuiop·$", "qsdfghjklmù*", "<wxcvbn,;:!"],
    shifted: ["·1234567890°+", "AZERTYUIOP·£", "QSDFGHJKLM%µ", ">WXCVBN?./§"],
    third:
      "Digit3 #, Digit4 {, Digit5 [, Digit6 |, Digit8 \\, Digit9 ^, Digit0 @, Minus ], Equal }, KeyE €, BracketRight ¤",
    option: "Digit5 {, +Digit5 [, Minus }, +Minus ], +KeyL |, +Slash \\, Backquote @, +Backquote #, KeyE €",
    dead: "BracketLeft ^ e ê, BracketLeft ^ Space ^, +BracketLeft ¨ i ï, Digit2 ~ n ñ, Digit2 ~ Space ~, Digit7 ` Space `",
  },
  Swedish: {
    rows: ["§1234567890+·", "qwertyuiopå·", "asdfghjklöä'", "<zxcvbnm,.-"],
    shifted: ['½!"#¤%&/()=?·', "QWERTYUIOPÅ·", "ASDFGHJKLÖÄ*", ">ZXCVBNM;:_"],
    third:
      "Digit2 @, Digit3 £, Digit4 $, KeyE €, Digit7 {, Digit8 [, Digit9 ], Digit0 }, Minus \\, KeyM µ, IntlBackslash |",
    option: "Digit2 @, Digit4 $, Digit7 |, +Digit7 \\, Digit8 [, Digit9 ], +Digit8 {, +Digit9 }, KeyE €",
    dead: "Equal ´ e é, +Equal ` Space `, BracketRight ¨ u ü, +BracketRight ^ Space ^, BracketRight ~ Space ~, BracketRight ~ n ñ",
  },
  Danish: {
    rows: ["½1234567890+·", "qwertyuiopå·", "asdfghjklæø'", "<zxcvbnm,.-"],
    shifted: ['§!"#¤%&/()=?·', "QWERTYUIOPÅ·", "ASDFGHJKLÆØ*", ">ZXCVBNM;:_"],
    third:
      "Digit2 @, Digit3 £, Digit4 $, KeyE €, Digit7 {, Digit8 [, Digit9 ], Digit0 }, Equal |, IntlBackslash \\",
    option: "Digit2 $, Quote @, Digit8 [, Digit9 ], +Digit8 {, +Digit9 }, KeyI |, +Digit7 \\, KeyE €",
    dead: "Equal ´ e é, +Equal ` Space `, BracketRight ¨ u ü, +BracketRight ^ Space ^, BracketRight ~ Space ~",
  },
};

export const KEYBOARD_LAYOUTS: Layout[] = Object.entries(LAYOUTS).map(([name, text]) => ({
  name,
  plain: [...printed(text.rows, false), ...printed(text.shifted, true)],
  third: entries(text.third).map(([place = "", character = ""]) => keyAt(place, character)),
  option: entries(text.option).map(([place = "", character = ""]) => keyAt(place, character)),
  dead: entries(text.dead).map(([place = "", accent = "", then = "", makes = ""]) => ({
    accent: keyAt(place, accent),
    then,
    makes,
  })),
}));

function printed(rows: readonly string[], shift: boolean): LayoutKey[] {
  return rows.flatMap((row, at) =>
    [...row].flatMap((character, column) => {
      const code = PLACES[at]?.[column];
      if (code === undefined) throw new Error(`row ${row} is too long`);
      return character === "·" ? [] : [{ code, shift, character }];
    }),
  );
}

function entries(text: string): string[][] {
  return text === "" ? [] : text.split(", ").map((entry) => entry.split(" "));
}

function keyAt(place: string, character: string): LayoutKey {
  return { code: place.replace("+", ""), shift: place.startsWith("+"), character };
}
