// The little of `pg` that the tests use; it comes without types.

declare module 'pg' {
  class Pool {
    constructor(options: { connectionString: string; connectionTimeoutMillis?: number })
    query(text: string): Promise<{ rows: Record<string, unknown>[] }>
    end(): Promise<void>
  }
  const pg: { readonly Pool: typeof Pool }
  export default pg
}
