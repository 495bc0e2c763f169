// A separate database on the PostgreSQL that scripts/with-postgres started.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export class Database {
  private constructor(
    readonly url: string,
    readonly name: string,
    readonly server: string,
  ) {}

  static async create(): Promise<Database> {
    const server = process.env.SIGNET_TEST_POSTGRES_URL;
    if (!server) throw new Error('SIGNET_TEST_POSTGRES_URL is not set: run the tests by ./scripts/test e2e, or under ./scripts/with-postgres');
    const name = `signet_e2e_${randomBytes(6).toString('hex')}`;
    await ask(server, `CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return new Database(url.href, name, server);
  }

  /** The first column of a query's result. */
  async column(query: string): Promise<unknown[]> {
    return ask(this.url, query);
  }

  /** Copies the database; no connection may be open. */
  async backUp(): Promise<void> {
    await ask(this.server, `CREATE DATABASE ${this.name}_backup TEMPLATE ${this.name}`);
  }

  /** Replaces the database by the copy. */
  async restore(): Promise<void> {
    await this.drop();
    await ask(this.server, `ALTER DATABASE ${this.name}_backup RENAME TO ${this.name}`);
  }

  async drop(): Promise<void> {
    await ask(this.server, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

async function ask(server: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
    return rows.map(([first]) => first);
  } finally {
    await client.end();
  }
}
