import { expect, it } from 'vitest';
import { MapView } from '../../../src/base/map-view.ts';

it('reads like the map behind it', () => {
  const map = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const view = new MapView(map);
  expect(view.size).toBe(2);
  expect(view.get('a')).toBe(1);
  expect([view.has('b'), view.has('c')]).toEqual([true, false]);
  expect([...view]).toEqual([...map]);
  expect([...view.keys()]).toEqual([...map.keys()]);
  expect([...view.values()]).toEqual([...map.values()]);
  expect([...view.entries()]).toEqual([...map.entries()]);
  const self = {};
  const visits: unknown[] = [];
  view.forEach(function (this: unknown, value, key, whole) {
    visits.push([this, value, key, whole]);
  }, self);
  expect(visits).toEqual([
    [self, 1, 'a', view],
    [self, 2, 'b', view],
  ]);
});

it('cannot be changed', () => {
  const view = new MapView(new Map([['a', 1]]));
  for (const name of ['set', 'delete', 'clear'] as const) {
    expect(name in view).toBe(false);
    expect(() => (Map.prototype[name] as () => void).call(view as never)).toThrow(TypeError);
  }
  expect(Object.isFrozen(view)).toBe(true);
  expect(view.get('a')).toBe(1);
});
