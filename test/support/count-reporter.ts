import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line that counts the tests, for whoever reads the output by program. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const passed = states.filter((state) => state === 'passed').length;
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    process.stdout.write(`${passed} passed, ${states.length - passed + broken} failed\n`);
  }
}
