// How long the chaos runs: few reads by default, a million with TOCSON_CHAOS_READS=1000000.

export const READS_DEFAULT = 20_000
export const READS_TOTAL = Number(process.env.TOCSON_CHAOS_READS ?? READS_DEFAULT)
if (!(READS_TOTAL >= 1_000)) throw new Error('TOCSON_CHAOS_READS must be at least 1000')
