/** Draws measurements as lines, as SVG, with vega-lite. */

import { importPeer } from '../support.ts';

interface Vega {
  readonly View: new (
    runtime: unknown,
    options: { renderer: 'none' },
  ) => {
    toSVG(): Promise<string>;
  };
  parse(spec: unknown): unknown;
}

interface Axis {
  readonly field: string;
  readonly title: string;
}

/** What a figure shows: its title, and the members of a value that place it. */
export interface Lines {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The member that names a value's line, and the lines in the order of the legend. */
  readonly color: { readonly field: string; readonly order: readonly string[] };
}

/** Returns the figure of some values as SVG. */
export async function drawLines(
  values: readonly Readonly<Record<string, unknown>>[],
  { title, x, y, color }: Lines,
): Promise<string> {
  const vega = await importPeer<Vega>('vega');
  const { compile } = await importPeer<{ compile(spec: unknown): { spec: unknown } }>('vega-lite');
  const { spec } = compile({
    title,
    width: 560,
    height: 340,
    background: 'white',
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { ...x, type: 'quantitative' },
      y: { ...y, type: 'quantitative', scale: { type: 'log' } },
      color: {
        field: color.field,
        type: 'nominal',
        sort: color.order,
        title: null,
        legend: { labelLimit: 400 },
      },
    },
  });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}
