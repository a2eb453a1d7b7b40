import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/browser/provide-browser.ts',
    testTimeout: 30_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
};

export default config;
