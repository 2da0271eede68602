/**
 * Each entry of the packed package, in the bundlers that the repository has.
 * `npm run test:bundlers` does the same with others.
 */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLERS, budgetOf, bundleEntry, resultsOf } from './bundlers.ts';
import { entries, installPackage, RESULTS } from './installed-package.ts';

let folder = '';

beforeAll(() => {
  ({ folder } = installPackage());
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(entries)('%s', (entry) => {
  it.each(Object.entries(BUNDLERS))(
    'is bundled by %s within its budget and gives the right results',
    async (_, bundle) => {
      expect(RESULTS[entry]).toBeDefined();
      const { results, bytes } = await bundleEntry(bundle, entry, folder);
      expect(results).toBe(resultsOf(entry, folder));
      expect(results.length).toBeGreaterThan(50);
      expect(bytes).toBeGreaterThan(1000);
      expect(bytes).toBeLessThanOrEqual(budgetOf(entry));
    },
  );
});
