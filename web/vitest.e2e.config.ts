import { defineConfig } from "vitest/config";

// One browser, one file at a time: the tests share a server and are kind to small machines.
export default defineConfig({
  test: {
    include: ["e2e/**/*.e2e.ts"],
    environment: "node",
    // Vitest puts Vite's own BASE_URL over ours, so it goes on by another name.
    env: { SERVER: process.env["BASE_URL"] ?? "" },
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
