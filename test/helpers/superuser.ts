import pg from 'pg';

/** Runs `work` over a superuser's connection, past row-level security. */
export async function asSuperuserOf<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
