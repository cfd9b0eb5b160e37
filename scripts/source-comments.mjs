/**
 * The comments of a source file, without a parser: enough of the grammar to know where strings, templates and regular
 * expressions end. Text between JSX tags is taken for code; a quote in it ends with its line, as a string would.
 */

const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const STRING = /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** Up to what matters next inside a template. */
const TEMPLATE_PART = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const PLAIN_CODE = /[^"'`/{}]+/y;
/** A slash behind one of these begins a regular expression, behind anything else it divides or ends a tag. */
const BEFORE_EXPRESSION = /(?:^|[(,=:[!&|?;+~^%]|=>|\breturn|\bcase)\s*$/;
/** How far back the word before a slash is looked for. */
const LOOK_BACK_CHARS = 40;

/**
 * Comments in the order of the file; line comments that follow each other are one.
 * @param {string} text
 * @returns {Comment[]} as they are written
 */
export function commentsOf(text) {
  /** @type {Comment[]} */
  const found = [];
  // One entry for each template that is open around the code in hand: the braces opened since its `${`.
  /** @type {number[]} */
  const templates = [];
  let at = 0;
  /** @param {RegExp} pattern */
  const take = (pattern) => {
    pattern.lastIndex = at;
    const taken = pattern.exec(text)?.[0] ?? "";
    at += taken.length;
    return taken;
  };
  const skipTemplate = () => {
    take(TEMPLATE_PART);
    if (text[at] === "$") {
      templates.push(0);
      at += 1;
    }
    at += 1;
  };
  while (at < text.length) {
    const start = at;
    switch (text[at]) {
      case '"':
      case "'":
        take(STRING);
        break;
      case "`":
        at += 1;
        skipTemplate();
        break;
      case "{":
        at += 1;
        if (templates.length > 0) templates.push((templates.pop() ?? 0) + 1);
        break;
      case "}": {
        at += 1;
        const open = templates.pop();
        if (open === 0) skipTemplate();
        else if (open !== undefined) templates.push(open - 1);
        break;
      }
      case "/": {
        const comment = take(BLOCK_COMMENT) || take(LINE_COMMENT);
        if (comment) join(found, { text: comment, start, end: at }, text);
        else if (!BEFORE_EXPRESSION.test(text.slice(Math.max(0, at - LOOK_BACK_CHARS), at))) at += 1;
        else if (!take(REGULAR_EXPRESSION)) at += 1;
        break;
      }
      default:
        take(PLAIN_CODE);
    }
  }
  return found;
}

/**
 * @typedef {{ text: string, start: number, end: number }} Comment  the offsets are those of the text in the file
 * @param {Comment[]} found @param {Comment} comment @param {string} text
 */
function join(found, comment, text) {
  const last = found.at(-1);
  const between = last ? text.slice(last.end, comment.start) : "";
  if (last?.text.startsWith("//") && comment.text.startsWith("//") && /^\n[ \t]*$/.test(between)) {
    last.text += between + comment.text;
    last.end = comment.end;
  } else found.push(comment);
}
