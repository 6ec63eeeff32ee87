import type fc from 'fast-check';
import type { House } from '../helpers/house.ts';
import type { Neighbours } from '../isolation/estate.ts';
import type { Tally } from './tally.ts';
import type { Tenant } from './tenant.ts';
import type { Watch } from './watch.ts';

/** What the doors have in common while they are tried. */
export interface Trial {
  readonly house: House;
  readonly neighbours: Neighbours;
  readonly tenant: Tenant;
  readonly tally: Tally;
  readonly watch: Watch;
  readonly port: number;
}

/** A door, the inputs it is tried with, and what becomes of one. */
export interface FuzzedDoor<Input> {
  readonly name: string;
  /** Of a hundred inputs. */
  readonly share: number;
  /** Inputs that one run sends, on the average. */
  readonly inputsOfRun: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Sends it; resolves with what is wrong, in one line, or null. */
  play(trial: Trial, input: Input): Promise<string | null>;
}
