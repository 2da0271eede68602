/** Undoes what esbuild does to top-level constants, so that V8 can fold them. */

import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

/**
 * A tsup plugin that turns each top-level variable that is assigned only once back into a `const`.
 * esbuild bundles `const` to `var`, which V8 does not fold: 7 % of hashing a key.
 *
 * `const x=` is as long as `var x = `, so that columns, and with them source maps, stay correct.
 */
export const keepConstants: Plugin = {
  name: 'keep-constants',
  renderChunk(code) {
    return {
      code: code.replace(/^var ([\w$]+) = /gm, (declaration, name: string) =>
        countWrites(code, name) === 1 ? `const ${name}=` : declaration,
      ),
    };
  },
};

function countWrites(code: string, name: string): number {
  const variable = `(?<![\\w$.])${name.replaceAll('$', '\\$')}`;
  return code.match(new RegExp(`${variable}(?:\\+\\+|--| [-+*/%&|^]?=(?!=))`, 'g'))?.length ?? 0;
}
