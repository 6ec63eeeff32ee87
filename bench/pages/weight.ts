import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Compressed JavaScript that a page may ask for before it is alive, bytes. */
export const PAGE_WEIGHT_LIMIT = 200_000;

/** What the first load of one page brings. */
export interface PageWeight {
  readonly route: string;
  /** Of all its scripts, compressed by gzip, bytes. */
  readonly compressed: number;
  readonly scripts: number;
}

interface ManifestPart {
  readonly module: string;
  readonly imports?: readonly string[];
}

interface ManifestRoute extends ManifestPart {
  readonly id: string;
  readonly parentId?: string;
  readonly hasErrorBoundary: boolean;
}

interface Manifest {
  readonly entry: ManifestPart;
  readonly routes: Readonly<Record<string, ManifestRoute>>;
}

/** The weight of every page of a build (`build/client` of it), the heaviest first. */
export async function pageWeights(client: string): Promise<readonly PageWeight[]> {
  const assets = join(client, 'assets');
  const name = (await readdir(assets)).find((file) => file.startsWith('manifest-'));
  if (name === undefined) throw new Error(`No manifest of pages in ${assets}: run npm run build`);
  const source = await readFile(join(assets, name), 'utf8');
  // Sound: the build wrote `window.__remixManifest={…};`.
  const manifest = JSON.parse(source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1)) as Manifest;

  const sizes = new Map<string, number>();
  const sizeOf = async (script: string): Promise<number> => {
    const known = sizes.get(script);
    if (known !== undefined) return known;
    const size = gzipSync(await readFile(join(client, script))).length;
    sizes.set(script, size);
    return size;
  };

  const weights: PageWeight[] = [];
  for (const route of Object.values(manifest.routes)) {
    const scripts = new Set<string>([join('/assets', name), ...scriptsOf(manifest.entry)]);
    for (let part: ManifestRoute | undefined = route; part !== undefined;) {
      for (const script of scriptsOf(part)) scripts.add(script);
      part = part.parentId === undefined ? undefined : manifest.routes[part.parentId];
    }
    const own = await sizeOf(route.module);
    // A route without a component, such as an endpoint of the API, is no page.
    if (own < 100) continue;
    let compressed = 0;
    for (const script of scripts) compressed += await sizeOf(script);
    weights.push({ route: route.id, compressed, scripts: scripts.size });
  }
  return weights.sort((one, other) => other.compressed - one.compressed);
}

const scriptsOf = ({ module, imports = [] }: ManifestPart): readonly string[] => [module, ...imports];
