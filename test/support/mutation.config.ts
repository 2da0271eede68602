/**
 * The tests that mutants of src are run against. What reads the source or the build cannot see a
 * mutant; and a test that takes seconds would take days, once for each of thousands of mutants.
 */

import { mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../../vitest.config.ts';

/** The quickest files first: most mutants fail in the first, and then the others are not run. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).reverse();
  }
}

export default mergeConfig(base, {
  test: {
    // Modules are loaded once for all files: a whole run takes 9 s where a loading a file takes 30.
    isolate: false,
    sequence: { sequencer: QuickestFirst },
    env: { FC_NUM_RUNS: '10' },
    exclude: [
      'test/{house,package}/**',
      'test/stateful/simulation/**',
      'test/recordings/vectors.test.ts',
      'test/oracles/ten-million-keys.test.ts',
      'test/laws/{every-hash-key-has-one-owner,reshard-plans-are-shortest}.test.ts',
    ],
  },
});
