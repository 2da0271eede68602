/**
 * The public declarations, so that none changes unnoticed: a change shows in test/package/api.
 *
 * `npx vitest run test/package/api.test.ts --update` records a change.
 */

import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readJson, root } from '../support/repository.ts';

const manifest = readJson<{ exports: Record<string, unknown> }>('package.json');
const names = Object.keys(manifest.exports)
  .filter((entry) => !/\.(json|wasm)$/.test(entry))
  .map((entry) => (entry === '.' ? 'index' : entry.slice(2)));

const pathOf = (name: string, extension: string) => `${root}dist/${name}.${extension}`;
const program = ts.createProgram(
  names.flatMap((name) => [pathOf(name, 'd.ts'), pathOf(name, 'd.cts')]),
  { lib: ['lib.es2022.d.ts'], types: [] },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

/** Every exported name of a declaration file with its declaration, comments aside, by name. */
function describeApi(file: string): string {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const lines = checker.getExportsOfModule(module).map((name) => {
    const isAlias = (name.flags & ts.SymbolFlags.Alias) !== 0;
    const { declarations = [] } = isAlias ? checker.getAliasedSymbol(name) : name;
    const texts = declarations.map((declaration) =>
      printer
        .printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile())
        .replace(/^export /, ''),
    );
    return `${name.name}: ${texts.join('\n')}\n`;
  });
  return lines.sort().join('\n');
}

describe.each(names)('%s', (name) => {
  it('declares the same as before', async () => {
    const api = describeApi(pathOf(name, 'd.ts'));
    await expect(api).toMatchFileSnapshot(`api/${name}.txt`);
  });

  it('declares the same for import and for require', () => {
    expect(describeApi(pathOf(name, 'd.cts'))).toBe(describeApi(pathOf(name, 'd.ts')));
  });
});
