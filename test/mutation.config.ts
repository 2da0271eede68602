/**
 * The tests that mutants of src are run against. What reads the source or the build cannot see a
 * mutant; and a test that takes seconds would take days, once for each of thousands of mutants.
 */

import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

export default mergeConfig(base, {
  test: {
    // Code that counts its mutants is slower: 1.8 ms where a test of speed allows 1.
    env: { FC_NUM_RUNS: '10', SLOWDOWN: '10' },
    exclude: [
      'test/*.test.ts',
      'test/e2e/**',
      'test/life/**',
      'test/conformance/vectors.test.ts',
      'test/differential/{locate,many-keys,md5}.test.ts',
      'test/property/{batch,batch-offsets,one-owner,plan}.test.ts',
      'test/unit/batch.test.ts',
    ],
  },
});
