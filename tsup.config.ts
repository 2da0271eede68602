import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import initWabt from 'wabt';
import { lanesSource } from './tools/kernel/kernel-source.ts';

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * Makes constants of the variables that esbuild makes of top-level constants: V8 folds only what
 * cannot change, which is 7 % of hashing a key.
 */
const keepConstants: Plugin = {
  name: 'keep-constants',
  renderChunk(code) {
    return {
      code: code.replace(/^var ([\w$]+) = /gm, (declaration, name: string) => {
        const writes = code.match(
          new RegExp(
            `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:\\+\\+|--| [-+*/%&|^]?=(?!=))`,
            'g',
          ),
        );
        return writes?.length === 1 ? `const ${name} = ` : declaration;
      }),
    };
  },
};

/** Writes the licences of the packages that end up in a bundle beside it, as they demand. */
const thirdPartyLicenses: EsbuildPlugin = {
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
      mkdirSync('dist/cli', { recursive: true });
      writeFileSync('dist/cli/THIRD-PARTY-LICENSES', texts.sort().join('\n'));
    });
  },
};

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

/** Assembles the kernel from its source; what it writes is committed, so that tests need no build. */
async function assembleLanes(): Promise<void> {
  const wabt = await initWabt();
  const { buffer } = wabt.parseWat('lanes.wat', lanesSource(), { simd: true }).toBinary({});
  const file = 'src/batch/kernel-wasm.ts';
  const text = `/**
 * The kernel, assembled from \`lanes-source.ts\` by \`npm run build\`; not to be edited.
 *
 * @module
 */

/** In hexadecimal: compressed, it takes half of what base64 does, which hides repeated bytes. */
export const LANES_WASM =
  '${Buffer.from(buffer).toString('hex')}';
`;
  if (readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

await assembleLanes();

export default defineConfig([
  {
    entry: { index: 'src/index.ts', batch: 'src/batch.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    treeshake: true,
    splitting: true,
    // Both configurations build at once; each cleans what it writes.
    clean: ['!cli/**'],
    tsconfig: 'src/tsconfig.json',
    plugins: [keepConstants],
  },
  {
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['cjs'],
    target: 'node20',
    platform: 'node',
    noExternal: [/./],
    clean: true,
    tsconfig: 'tsconfig.json',
    esbuildPlugins: [thirdPartyLicenses],
  },
]);
