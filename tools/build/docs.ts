/**
 * `npm run docs`: writes the documentation site to dist-docs, and checks its links. Ends with
 * status 1 if TypeDoc warns or a link is dead.
 *
 * TypeDoc names a page after its file and turns links to other files of the repository into copies,
 * and those to folders into dead links. Here a page has its title, and such links lead to GitHub.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { extname, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  type CommentDisplayPart,
  Converter,
  type ProjectReflection,
  TSConfigReader,
  TypeDocReader,
} from 'typedoc';
import manifest from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILES = `${manifest.homepage.replace(/#.*/, '')}/blob/main/`;

/** Takes the heading of a page away and returns it. */
function takeTitle(content: readonly CommentDisplayPart[]): string {
  const first = content[0]!;
  const [heading, title] = /^# +(.*)\n*/.exec(first.text) ?? [];
  if (title === undefined) throw new Error(`expected a heading: got ${first.text.slice(0, 60)}`);
  first.text = first.text.slice(heading!.length);
  return title;
}

/** Makes the links of a text to files that are not pages of the site lead to GitHub. */
function linkToRepository(content: CommentDisplayPart[], project: ProjectReflection): void {
  for (const [i, part] of content.entries()) {
    if (part.kind !== 'relative-link' || part.target === undefined) continue;
    const path = project.files.resolve(part.target, project);
    if (typeof path !== 'string' || extname(path) === '.svg') continue;
    const file = relative(root, path).replaceAll('\\', '/');
    const anchor = part.targetAnchor === undefined ? '' : `#${part.targetAnchor}`;
    content[i] = { kind: 'text', text: FILES + file + anchor };
  }
}

/** Yields each link of the site that leads to no file, or to no element of its page. */
function* findDeadLinks(folder: string): Generator<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const names = new Set(files.map((file) => file.replaceAll('\\', '/')));
  const pages = new Map(
    [...names]
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
  );
  const idsOf = (html: string): Set<string> =>
    new Set(Array.from(html.matchAll(/\sid="([^"]*)"/g), ([, id]) => id!));
  const ids = new Map([...pages].map(([name, html]) => [name, idsOf(html)]));
  for (const [page, html] of pages) {
    for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [path, anchor] = link!.split('#', 2) as [string, string?];
      const target = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
      const isDead =
        !names.has(target) ||
        (anchor && pages.has(target) && !ids.get(target)!.has(decodeURIComponent(anchor)));
      if (isDead) yield `${page}: ${link}`;
    }
  }
}

const app = await Application.bootstrapWithPlugins({}, [new TypeDocReader(), new TSConfigReader()]);
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
  document.name = takeTitle(document.content);
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  for (const { content } of project.documents ?? []) linkToRepository(content, project);
  linkToRepository(project.readme ?? [], project);
  await app.generateOutputs(project);
}
const dead = project === undefined ? [] : [...findDeadLinks(app.options.getValue('out'))];
for (const link of dead) console.error(`dead link  ${link}`);
if (app.logger.hasErrors() || app.logger.hasWarnings() || dead.length > 0) process.exitCode = 1;
