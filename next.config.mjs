/** The page is exported to static files; server/ serves them (ARCHITECTURE.md, "Why a static export"). */
export default {
  output: "export",
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  devIndicators: false,
  agentRules: false,
  turbopack: {
    rules: {
      "**/@xterm/*/lib/*.mjs": { loaders: ["./scripts/browser-only.cjs"] },
    },
  },
};
