/**
 * Collects the licences of the packages that a bundle contains. They must be distributed with it.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Options } from 'tsup';

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

/** An esbuild plugin that writes the licences of all bundled packages to `file`. */
export function thirdPartyLicenses(file: string): EsbuildPlugin {
  return {
    name: 'third-party-licenses',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) =>
          Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
            bytesInOutput > 0 ? [path] : [],
          ),
        );
        const roots = inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
        const texts = [...new Set(roots)].flatMap((root) => (root ? [licenseOf(root)] : []));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, texts.sort().join('\n'));
      });
    },
  };
}

function licenseOf(root: string): string {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry));
  const by = typeof author === 'object' ? author.name : author;
  const text = file
    ? readFileSync(join(root, file), 'utf8')
    : `Copyright (c) ${by}. The package has no licence file; it declares the licence ${license}.`;
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
