/** The packed package on the runtimes that need nothing but the devDependencies. */

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place, packPackage } from './runtimes/place.ts';
import { LIGHT_RUNTIMES } from './runtimes/runtimes.ts';

let place: Place;

beforeAll(async () => {
  const tarball = await packPackage();
  place = await Place.create(tarball);
  rmSync(dirname(tarball), { recursive: true, force: true });
}, 60_000);

afterAll(() => place.remove());

describe('the self-check', () => {
  it.each(LIGHT_RUNTIMES)('passes on $name', async (runtime) => {
    const { report } = await runtime.run(place, 0);
    expect(report).toMatchObject({ wrong: [], kernel: runtime.kernel });
  });

  it('passes where BigInt.asUintN is wrong, as in QuickJS', async () => {
    const context = createContext({ TextEncoder });
    runInContext('BigInt.asUintN = BigInt.asIntN;', context);
    runInContext(await place.bundleScript(), context);
    const { wrong } = await runInContext('check.selfCheck(() => 0, 0)', context);
    expect([...wrong]).toEqual([]);
  });
});
