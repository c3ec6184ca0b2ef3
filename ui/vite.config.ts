import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The window's content security policy is `script-src 'self'`: nothing inline, nothing from data:.
export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [svelte()],
  // One catalogue for UI, mail and reports lies beside the crates.
  server: { fs: { allow: [".."] }, host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["es2023", "chrome125", "safari18"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: mode === "development",
    reportCompressedSize: false,
    // All of it is needed for the first screen and lies on the same disk: the parts are there to be
    // read and compiled side by side, not to be fetched later.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "words", test: /\/locales\// },
            { name: "libraries", test: /\/node_modules\// },
          ],
        },
      },
    },
  },
  ...(process.env.VITEST ? { resolve: { conditions: ["browser"] } } : {}),
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
  },
}));
