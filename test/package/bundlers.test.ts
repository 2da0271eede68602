/**
 * Each entry of the packed package, in the bundlers that the repository has.
 * `npm run test:bundlers` does the same with others.
 */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersOf, BUNDLERS, budgetOf, bundleEntry } from './bundlers.ts';
import { ANSWERS, entries, installPackage } from './installed-package.ts';

let folder = '';

beforeAll(() => {
  ({ folder } = installPackage());
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(entries)('%s', (entry) => {
  it.each(Object.entries(BUNDLERS))(
    'is bundled by %s within its budget and gives the right results',
    async (_, bundle) => {
      expect(ANSWERS[entry]).toBeDefined();
      const { answers, bytes } = await bundleEntry(bundle, entry, folder);
      expect(answers).toBe(answersOf(entry, folder));
      expect(answers.length).toBeGreaterThan(50);
      expect(bytes).toBeGreaterThan(1000);
      expect(bytes).toBeLessThanOrEqual(budgetOf(entry));
    },
  );
});
