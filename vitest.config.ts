import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/browser/provide-browser.ts',
    // Most of a test's time goes by in child processes: one worker for each core is not too many.
    maxWorkers: '100%',
    testTimeout: 30_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
};

export default config;
