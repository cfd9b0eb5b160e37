/** Headers of every answer of the app's origin, errors included (threats.md A18, A21, A22). */

export const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

/**
 * The policy of a page: our scripts and, by hash, the inline ones that the build put there; sockets to ourselves.
 * @param scriptHashes base64 SHA-256 of each inline script of the built pages
 * @param socketOrigins ws: or wss: origins of the app, because 'self' does not cover them in every browser
 */
export function pagePolicy(scriptHashes: readonly string[], socketOrigins: readonly string[]): string {
  return policyWith(
    scriptHashes.map((hash) => `'sha256-${hash}'`),
    socketOrigins,
  );
}

/**
 * The same in development, but for scripts: Next writes new inline ones into every page, so there is no list of their
 * hashes, and React and the bundler's reloading run code from strings.
 */
export function developmentPolicy(socketOrigins: readonly string[]): string {
  return policyWith(["'unsafe-inline'", "'unsafe-eval'"], socketOrigins);
}

function policyWith(scripts: readonly string[], socketOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(" "),
    // xterm and Radix set style attributes; no markup of others is ever rendered.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socketOrigins.join(" ")}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
