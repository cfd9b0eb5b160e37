/**
 * The zlib dictionary of SPDY/3 header blocks (draft-mbelshe-httpbis-spdy-00, section 2.6.10.1), 1423 bytes:
 * each word below as a 32-bit length and its letters, then the tail as it is.
 */
const WORDS = [
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age",
  "allow authorization cache-control connection content-base content-encoding content-language content-length",
  "content-location content-md5 content-range content-type date etag expect expires from host if-match",
  "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma",
  "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade",
  "user-agent vary via warning www-authenticate method get status",
].flatMap((line) => line.split(" "));

/** These follow the plain words; the first holds a space. */
const LAST_WORDS = ["200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin"];

const TAIL =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505" +
  "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized" +
  "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable" +
  "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT" +
  "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain," +
  "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

function withLength(word: string): string {
  return `\0\0\0${String.fromCharCode(word.length)}${word}`;
}

export const SPDY_DICTIONARY: Buffer = Buffer.from(
  [...WORDS, ...LAST_WORDS].map(withLength).join("") + TAIL,
  "latin1",
);

/** Adler-32 of the dictionary, by which a zlib header names it. */
export const SPDY_DICTIONARY_ID = 0xe3c6a7c2;
