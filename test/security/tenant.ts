import { DEMO_PASSWORD, demoPerson } from '../helpers/demo-business.ts';
import type { House } from '../helpers/house.ts';
import { signInOverHttp } from '../helpers/http.ts';
import type { Estate } from '../isolation/estate.ts';

/** Who may be signed in while requests of chance are sent, which may well sign them out, or take their place away. */
export class Tenant {
  readonly #house: House;
  readonly #estate: Estate;
  #owner: string;
  #agent: string;

  constructor(house: House, estate: Estate) {
    this.#house = house;
    this.#estate = estate;
    this.#owner = estate.owner.cookie;
    this.#agent = estate.agent.cookie;
  }

  get token(): string {
    return this.#estate.apiToken;
  }

  cookie(role: 'owner' | 'agent'): string {
    return role === 'owner' ? this.#owner : this.#agent;
  }

  /** A new person in place of one whose session is over. */
  async renew(role: 'owner' | 'agent'): Promise<void> {
    const email = await demoPerson(this.#house.db, this.#estate.businessId, role);
    const { cookie } = await signInOverHttp(this.#house.url, email, DEMO_PASSWORD);
    if (role === 'owner') this.#owner = cookie;
    else this.#agent = cookie;
  }
}
