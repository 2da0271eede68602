/** The rules of the house that neither the compiler nor the linter checks. */

import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { listFiles, read, readJson } from '../support/repository.ts';

/** The rooms in ARCHITECTURE.md, ground floor first. A file imports from its own and lower ones. */
const ROOMS = /## The floors[\s\S]*?```\n([\s\S]*?)```/
  .exec(read('ARCHITECTURE.md'))![1]!
  .split('\n')
  .flatMap((line) => /^(\w+) /.exec(line)?.[1] ?? [])
  .reverse();

const COLUMNS_MAX = 100;

const GLOBALS_WITH_EFFECTS = new Set([
  'console',
  'process',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

const MEMBERS_WITH_EFFECTS = new Set([
  'Date.now',
  'Math.random',
  ...[...GLOBALS_WITH_EFFECTS].map((name) => `globalThis.${name}`),
]);

const files = listFiles();
const sources = files.filter((file) => /^src\/.*\.ts$/.test(file)).map(parse);
const pure = sources.filter(({ fileName }) => roomOf(fileName) !== 'cli');
const scripts = files
  .filter((file) => /^(?:src|test|bench|examples|tools)\/.*\.ts$/.test(file))
  .map(parse);

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
}

function roomOf(file: string): string {
  const [, room, inside] = file.split('/');
  return inside === undefined ? 'entries' : room!;
}

function* walk(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* walk(child);
}

function at(node: ts.Node, what: string): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${source.fileName}:${line + 1} ${what}`;
}

/** Returns the complaints of `find` about the nodes of the given files. */
function complaints(
  among: readonly ts.SourceFile[],
  find: (node: ts.Node) => string | undefined,
): string[] {
  const found: string[] = [];
  for (const source of among) {
    for (const node of walk(source)) {
      const complaint = find(node);
      if (complaint !== undefined) found.push(at(node, complaint));
    }
  }
  return found;
}

/**
 * Returns the specifier of an import, a re-export or an import(), or undefined for any other node.
 */
function specifierOf(node: ts.Node): string | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    specifier = node.moduleSpecifier;
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    specifier = node.arguments[0];
  } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    specifier = node.argument.literal;
  }
  if (specifier === undefined) return undefined;
  return ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)';
}

function targetOf(source: ts.SourceFile, specifier: string): string {
  return posix.join(posix.dirname(source.fileName), specifier);
}

describe('src', () => {
  it('is found', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(ROOMS).toEqual(expect.arrayContaining(sources.map(({ fileName }) => roomOf(fileName))));
  });

  it('imports from its own room and from rooms below, with the extension', () => {
    const found = complaints(sources, (node) => {
      const specifier = specifierOf(node);
      if (specifier === undefined) return undefined;
      const source = node.getSourceFile();
      const room = roomOf(source.fileName);
      if (!specifier.startsWith('.')) {
        return room === 'cli' ? undefined : `imports '${specifier}', which is not ours`;
      }
      const target = targetOf(source, specifier);
      if (room === 'cli' && target === 'package.json') return undefined;
      if (!specifier.endsWith('.ts')) return `imports '${specifier}' without .ts`;
      if (!files.includes(target)) return `imports '${specifier}', which is not there`;
      if (ROOMS.indexOf(roomOf(target)) <= ROOMS.indexOf(room)) return undefined;
      return `imports '${specifier}' from a room above`;
    });
    expect(found).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map<string, string[]>();
    for (const source of sources) {
      const specifiers = [...walk(source)].map(specifierOf).filter((text) => text !== undefined);
      graph.set(
        source.fileName,
        specifiers.map((specifier) => targetOf(source, specifier)),
      );
    }
    const done = new Set<string>();
    const visit = (file: string, path: string[]): string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const next of graph.get(file) ?? []) {
        const cycle = visit(next, [...path, file]);
        if (cycle !== undefined) return cycle;
      }
      done.add(file);
      return undefined;
    };
    expect([...graph.keys()].map((file) => visit(file, [])).find(Boolean)).toBeUndefined();
  });

  it('has no clock, randomness, console or process outside the command', () => {
    const found = complaints(pure, (node) => {
      if (ts.isPropertyAccessExpression(node)) {
        const member = `${node.expression.getText()}.${node.name.text}`;
        return MEMBERS_WITH_EFFECTS.has(member) ? `uses ${member}` : undefined;
      }
      if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
        const isNow = node.expression.getText() === 'Date' && !node.arguments?.length;
        return isNow ? 'asks Date for the time' : undefined;
      }
      if (!ts.isIdentifier(node) || !GLOBALS_WITH_EFFECTS.has(node.text)) return undefined;
      const { parent } = node;
      const isMember =
        (ts.isPropertyAccessExpression(parent) || ts.isTypeElement(parent)) && parent.name === node;
      const isKey =
        (ts.isObjectLiteralElement(parent) || ts.isClassElement(parent)) &&
        !ts.isShorthandPropertyAssignment(parent) &&
        parent.name === node;
      return isMember || isKey ? undefined : `uses ${node.text}`;
    });
    expect(found).toEqual([]);
  });

  it('has no default export, no enum and no export *', () => {
    const found = complaints(sources, (node) => {
      if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
        return ts.isDefaultClause(node.parent) ? undefined : 'exports a default';
      }
      if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'exports a default';
      if (ts.isEnumDeclaration(node)) return 'declares an enum';
      const isStar =
        ts.isExportDeclaration(node) &&
        (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause));
      return isStar ? 'exports everything of another file' : undefined;
    });
    expect(found).toEqual([]);
  });
});

describe('a buffer that calls share', () => {
  const isBuffer = (type: string) => /^(?:\w+Array|DataView)$/.test(type);

  /** Variables of a module that hold a typed array or a DataView, or that can be assigned again. */
  function* sharedVariables(): Generator<{ readonly file: string; readonly name: string }> {
    for (const source of pure) {
      for (const statement of source.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        const isLet = (statement.declarationList.flags & ts.NodeFlags.Const) === 0;
        for (const { name, type, initializer } of statement.declarationList.declarations) {
          const created =
            initializer !== undefined && ts.isNewExpression(initializer)
              ? initializer.expression.getText()
              : '';
          if (!isLet && !isBuffer(type?.getText() ?? created)) continue;
          yield { file: source.fileName, name: name.getText() };
        }
      }
    }
  }

  it('is listed in ARCHITECTURE.md with its file', () => {
    const lines = read('ARCHITECTURE.md').split('\n');
    const found = [...sharedVariables()];
    expect(found).toContainEqual({ file: 'src/hashing/md5.ts', name: 'block' });
    const missing = found.filter(
      ({ file, name }) =>
        !lines.some((line) => line.includes(`\`${name}\``) && line.includes(`(${file})`)),
    );
    expect(missing).toEqual([]);
  });
});

/** Returns a comment line without the texts that it quotes, and any other line unchanged. */
function withoutQuotes(line: string): string {
  return /^\s*(?:\*|\/\/)/.test(line) ? line.replace(/'[^']*'|"[^"]*"/g, '') : line;
}

describe('every script', () => {
  it(`has at most ${COLUMNS_MAX} columns, not counting quoted texts`, () => {
    const wide: string[] = [];
    for (const source of scripts) {
      const lines = source.text.split('\n').map((line) => withoutQuotes(line).length);
      if (Math.max(...lines) <= COLUMNS_MAX) continue;
      for (const node of walk(source)) {
        const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
        if (!isText && !ts.isRegularExpressionLiteral(node)) continue;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        for (const [i, text] of node.getText().split('\n').entries())
          lines[line + i]! -= text.length;
      }
      lines.forEach((columns, line) => {
        if (columns > COLUMNS_MAX) wide.push(`${source.fileName}:${line + 1}`);
      });
    }
    expect(wide).toEqual([]);
  });

  it('leaves no work for later and switches no test off', () => {
    const left = /\bTO(?:DO)\b|\bFIX(?:ME)\b|\.(?:only|skip|todo)\b/;
    const found = scripts.flatMap(({ fileName, text }) =>
      text.split('\n').flatMap((line, i) => (left.test(line) ? [`${fileName}:${i + 1}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

interface LockedPackage {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
  readonly resolved?: string;
}

const lockfiles = ['bench/peers/package-lock.json', 'package-lock.json'];

describe('the package', () => {
  it('depends on nothing', () => {
    const manifest = readJson<Record<string, object | undefined>>('package.json');
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies'];
    for (const kind of kinds) expect(Object.keys(manifest[kind] ?? {})).toEqual([]);
  });

  it('has no other lockfile', () => {
    expect(files.filter((file) => file.endsWith('package-lock.json'))).toEqual(lockfiles);
  });

  it.each(lockfiles)('locks every package of %s by a hash and names no host', (file) => {
    const { packages } = readJson<{ packages: Record<string, LockedPackage> }>(file);
    const locked = Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.link);
    expect(locked.length).toBeGreaterThan(100);
    const faulty = locked.filter(
      ([, { integrity, resolved }]) =>
        !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') || resolved !== undefined,
    );
    expect(faulty.map(([path]) => path)).toEqual([]);
  });

  it.each(lockfiles)('locks the builds of %s for every platform', (file) => {
    const { packages } = readJson<{ packages: Record<string, LockedPackage> }>(file);
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('names no path of a machine it was made on', () => {
    const local = /(?<![\w.$}~*])\/(?:home|root|tmp|Users|var\/folders|work)\/\w|\b[A-Z]:\\\w/;
    const found = files.filter((file) => local.test(read(file)));
    expect(found).toEqual([]);
  });
});
