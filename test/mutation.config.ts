/**
 * The tests that mutants of src are run against: those that import src, and of them only those that
 * a mutant can make fail in milliseconds. What reads the source or the build cannot see a mutant,
 * and the long differential runs see none that the short ones do not.
 */

import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

export default mergeConfig(base, {
  test: {
    env: { FC_NUM_RUNS: '10' },
    exclude: [
      'test/*.test.ts',
      'test/bench/**',
      'test/e2e/**',
      'test/life/**',
      'test/differential/{locate,many-keys,md5}.test.ts',
      'test/property/one-owner.test.ts',
    ],
  },
});
