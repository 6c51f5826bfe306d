/** Where an argument lies: the ways in which programs keep their arrays. */
import type { ElementType } from '../../ts/index.ts';
import { Ref, type Region, type World } from './world.ts';

/** In an array of its own, a part of one, a resident buffer, one that is there already, the array of one; or where another argument is. */
export const kinds = ['own', 'part', 'resident', 'there', 'view', 'shared'] as const;

/** A choice among the ways, and a number that settles the rest of it. */
export interface Place {
  readonly kind: (typeof kinds)[number];
  readonly pick: number;
}

/** One of a list, or undefined. */
export const picked = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

/** An argument of so many elements at such a place; `others` are the arguments that the call has already. */
export function at(world: World, type: ElementType, length: number, place: Place, others: readonly Ref[]): Ref {
  const { kind, pick } = place;
  const regions = world.alive.filter((region) => region.type === type);
  const find = (wanted: (region: Region) => boolean) => picked(regions.filter(wanted), pick);
  const partOf = (region: Region) => new Ref(region, pick % (region.length - length + 1), length, false);
  switch (kind) {
    case 'own':
      return partOf(world.add(type, length, false));
    case 'part':
      return partOf(find((x) => x.handle === null && x.length > length) ?? world.add(type, length + 5, false));
    case 'resident':
      return new Ref(world.add(type, length, true), 0, length, true);
    case 'there':
      return new Ref(
        find((x) => x.handle !== null && x.length === length) ?? world.add(type, length, true),
        0,
        length,
        true,
      );
    case 'view':
      return partOf(find((x) => x.handle !== null && x.length >= length) ?? world.add(type, length + 3, true));
    case 'shared': {
      const other = others.find((ref) => ref.region.type === type && ref.length === length);
      return other ?? partOf(world.add(type, length, false));
    }
  }
}
