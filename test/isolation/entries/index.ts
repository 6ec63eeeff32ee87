import type { Entry } from '../entry.ts';
import { API } from './api.ts';
import { EXPRESS } from './express.ts';
import { PAGES } from './pages.ts';

export const ENTRIES: readonly Entry[] = [...PAGES, ...API, ...EXPRESS];
