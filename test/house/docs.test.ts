/**
 * Every public name is documented, and every example compiles, runs and yields the values it shows.
 *
 * An example is a block of TypeScript in a docstring or in any page of the repository. A statement
 * followed by `// => value` asserts that the two are deeply equal. `console.log(x); // => value`
 * asserts it of `x`.
 */

import { build } from 'esbuild';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ENTRIES } from '../../tools/build/entries.ts';
import { listFiles, read, root } from '../support/repository.ts';

interface Example {
  /** A file of the repository, and the line in it where the block starts, counted from 1. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

interface Assertion {
  readonly line: number;
  readonly actual: unknown;
  readonly expected: unknown;
}

const entries = new Map(
  ENTRIES.map((entry) => [
    entry === 'index' ? 'shardline' : `shardline/${entry}`,
    `src/${entry}.ts`,
  ]),
);

const examples = listFiles()
  .filter((file) => /^src\/.*\.ts$|\.md$/.test(file))
  .flatMap(findExamples);

const program = createProgram();
const checker = program.getTypeChecker();

function findExamples(file: string): Example[] {
  const isMarkdown = file.endsWith('.md');
  const margin = isMarkdown ? /^/ : /^\s*\* ?/;
  const found: Example[] = [];
  let block: string[] | undefined;
  for (const [i, raw] of read(file).split('\n').entries()) {
    const text = margin.test(raw) ? raw.replace(margin, '') : undefined;
    if (block === undefined) {
      if (text?.trim() === '```ts') block = [];
    } else if (text === undefined || text.trim() === '```') {
      found.push({ file, line: i + 1 - block.length, code: block.join('\n') });
      block = undefined;
    } else {
      block.push(text);
    }
  }
  return found;
}

/** The path of an example for the compiler. */
function pathOf(example: Example): string {
  return `${root}.examples/${examples.indexOf(example)}.ts`;
}

/** One program over the public entries and all examples; they see the types that users see. */
function createProgram(): ts.Program {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: ['lib.es2023.d.ts'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: Object.fromEntries([...entries].map(([name, file]) => [name, [root + file]])),
  };
  const host = ts.createCompilerHost(options);
  const codes = new Map(examples.map((example) => [pathOf(example), example.code]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => codes.has(path) || fileExists(path);
  host.readFile = (path) => codes.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const code = codes.get(path);
    return code === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, code, ts.ScriptTarget.ES2022, true);
  };
  host.getCurrentDirectory = () => root;
  const roots = [...entries.values()].map((file) => root + file);
  return ts.createProgram([...roots, ...codes.keys()], options, host);
}

function typeErrors(example: Example): string[] {
  const source = program.getSourceFile(pathOf(example))!;
  return [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ].map(({ start, messageText }) => {
    const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${example.file}:${example.line + line} ${text}`;
  });
}

/** The example with each `expression; // => value` turned into a call that compares the two. */
function withAssertions(example: Example): string {
  const source = program.getSourceFile(pathOf(example))!;
  const edits: { start: number; end: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    // The value may start on the next line. Lines that are indented further continue it.
    const behind = ts.isExpressionStatement(node)
      ? /^\s*\/\/ => (.*(?:\n\s*\/\/ {3,}.*)*)/.exec(source.text.slice(node.end))
      : null;
    if (behind === null || !ts.isExpressionStatement(node)) {
      node.forEachChild(visit);
      return;
    }
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const value = behind[1]!.replace(/\n\s*\/\//g, '\n');
    const actual = shownBy(node.expression).getText();
    const text = `__check(${example.line + line}, (${actual}), (${value}\n));`;
    edits.push({ start: node.getStart(), end: node.end + behind[0].length, text });
  };
  visit(source);
  return edits.reduceRight(
    (code, { start, end, text }) => code.slice(0, start) + text + code.slice(end),
    source.text,
  );
}

function shownBy(expression: ts.Expression): ts.Expression {
  const isLog =
    ts.isCallExpression(expression) &&
    expression.arguments.length === 1 &&
    expression.expression.getText() === 'console.log';
  return isLog ? expression.arguments[0]! : expression;
}

async function run(example: Example): Promise<Assertion[]> {
  const head = [
    'export const __assertions = [];',
    'const __check = (line, actual, expected) => __assertions.push({ line, actual, expected });',
  ];
  const { outputFiles } = await build({
    stdin: {
      contents: `${head.join(' ')}\n${withAssertions(example)}`,
      loader: 'ts',
      resolveDir: root,
      sourcefile: `${example.file}:${example.line}`,
    },
    alias: Object.fromEntries([...entries].map(([name, file]) => [name, root + file])),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    logLevel: 'silent',
  });
  const url = `data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`;
  const module: { __assertions: Assertion[] } = await import(/* @vite-ignore */ url);
  return module.__assertions;
}

describe.each([...entries])('%s', (_name, entry) => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(root + entry)!)!;
  const names = checker.getExportsOfModule(module).map((name) => [name.name, name] as const);

  it.each(names)('documents %s', (_, name) => {
    const isAlias = (name.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(name) : name;
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    expect(text).toMatch(/\w[^.]*\.(?:\s|$)/);
    if ((symbol.flags & ts.SymbolFlags.Value) === 0) return;
    expect(symbol.getJsDocTags().map((tag) => tag.name)).toContain('example');
  });
});

describe('the examples of the documentation', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples.map((example) => [`${example.file}:${example.line}`, example]))(
    'give the values they show: %s',
    async (_, example) => {
      const where = `${example.file}:${example.line}`;
      expect(typeErrors(example)).toEqual([]);
      const assertions = await run(example).catch((error: Error) => {
        throw new Error(`${where}: ${error.message}`, { cause: error });
      });
      expect(assertions.length, `${where} asserts nothing`).toBeGreaterThan(0);
      for (const { line, actual, expected } of assertions) {
        expect(actual, `${example.file}:${line}`).toEqual(expected);
      }
    },
  );
});
