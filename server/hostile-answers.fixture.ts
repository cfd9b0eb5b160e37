/** Answers over HTTP that no server gives, whoever is asked: an API server, or a program in a pod. */
import type { Flood } from "./hostile-frames.fixture.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const PIECE_BYTES = 4 * 1024;

function chunk(text: string): Buffer {
  return Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
}

const again = (first: string, unit: string | Buffer): Flood => ({
  first: Buffer.from(first),
  unit: Buffer.from(unit),
});

/** By what is endless about them. */
export const ENDLESS_ANSWERS: Record<string, Flood> = {
  brackets: again(CHUNKED, chunk("[".repeat(PIECE_BYTES))),
  "empty objects": {
    first: Buffer.concat([Buffer.from(CHUNKED), chunk('{"items":[{}')]),
    unit: chunk(",{}".repeat(1_000)),
  },
  blanks: again(CHUNKED, chunk(" ".repeat(PIECE_BYTES))),
  "one string": {
    first: Buffer.concat([Buffer.from(CHUNKED), chunk('{"a":"')]),
    unit: chunk("x".repeat(PIECE_BYTES)),
  },
  "chunks of one byte": again(CHUNKED, chunk(" ")),
  "chunk extensions": again(`${CHUNKED}1`, ";name=value"),
  trailers: again(`${CHUNKED}0\r\n`, "X-Trailer: value\r\n"),
  headers: again(OK, "X-Header: value\r\n"),
  "a header": again(`${OK}X-Header: `, "value"),
  "a status line": again("HTTP/1.1 200 ", "OK"),
  "102 answers": again("", "HTTP/1.1 102 Processing\r\n\r\n"),
  "103 answers": again("", "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"),
  "an error page": again(
    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n\r\n<html>",
    "<p>".repeat(1_000),
  ),
  "a redirect": again("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "moved ".repeat(1_000)),
  "a compressed answer": again(`${OK}Content-Encoding: gzip\r\n\r\n`, Buffer.alloc(PIECE_BYTES)),
  "bytes behind the answer": again(`${OK}Content-Length: 2\r\n\r\n{}`, "x".repeat(PIECE_BYTES)),
  "answers behind the answer": again("", `${OK}Content-Length: 2\r\n\r\n{}`),
};

const NOTHING = Buffer.alloc(0);

/** Those that never come. */
export const SLOW_ANSWERS: Record<string, Flood> = {
  silence: { unit: NOTHING },
  "half a head": { first: Buffer.from(OK), unit: NOTHING },
  "half a body": { first: Buffer.from(`${OK}Content-Length: 1000\r\n\r\n{`), unit: NOTHING },
  "a byte now and then": { first: Buffer.from(`${OK}X-Header: `), unit: Buffer.from("x"), everyMs: 20 },
};
