/**
 * Writes the declarations of the package to dist, with maps that lead to src: part of
 * `npm run build`.
 *
 * Each module system gets its own set, `.d.ts` for import and `.d.cts` for require, because
 * TypeScript tells the kind of a module by the extension. `isolatedDeclarations` lets each file be
 * declared without reading the others; `npm run typecheck` checks the types.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { ENTRIES } from './entries.ts';

/** Of each set: the extension of its files, and of what they import. */
const SETS = [
  { written: 'd.ts', imported: 'js' },
  { written: 'd.cts', imported: 'cjs' },
] as const;

const COMPILER_OPTIONS: ts.CompilerOptions = {
  declaration: true,
  declarationMap: true,
  isolatedDeclarations: true,
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  verbatimModuleSyntax: true,
};

/** Gives each relative import another extension, and calls `found` with the original specifier. */
function renameImports(
  extension: string,
  found: (specifier: string) => void,
): ts.TransformerFactory<ts.SourceFile | ts.Bundle> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      if (!ts.isStringLiteral(node) || !/^\.\.?\/.*\.ts$/.test(node.text)) {
        return ts.visitEachChild(node, visit, context);
      }
      found(node.text);
      return ts.factory.createStringLiteral(node.text.replace(/ts$/, extension), true);
    };
    return (root) => ts.visitEachChild(root, visit, context);
  };
}

// The imports of a declaration are added while the set is iterated.
const sources = new Set(ENTRIES.map((entry) => `src/${entry}.ts`));
const faults: ts.Diagnostic[] = [];
for (const source of sources) {
  const folder = posix.dirname(source);
  const found = (specifier: string) => void sources.add(posix.join(folder, specifier));
  for (const { written, imported } of SETS) {
    const { outputText, sourceMapText, diagnostics } = ts.transpileDeclaration(
      readFileSync(source, 'utf8'),
      {
        fileName: source,
        compilerOptions: COMPILER_OPTIONS,
        reportDiagnostics: true,
        transformers: { afterDeclarations: [renameImports(imported, found)] },
      },
    );
    faults.push(...(diagnostics ?? []));
    const file = source.replace(/^src/, 'dist').replace(/ts$/, written);
    const name = posix.basename(file);
    const map = {
      ...JSON.parse(sourceMapText!),
      file: name,
      sources: [posix.relative(posix.dirname(file), source)],
    };
    mkdirSync(posix.dirname(file), { recursive: true });
    writeFileSync(file, outputText.replace(/(?<==)[^=]*\.map$/, `${name}.map\n`));
    writeFileSync(`${file}.map`, JSON.stringify(map));
  }
}
if (faults.length > 0) {
  console.error(
    ts.formatDiagnostics(faults, {
      getCanonicalFileName: (file) => file,
      getCurrentDirectory: () => '',
      getNewLine: () => '\n',
    }),
  );
  process.exitCode = 1;
}
