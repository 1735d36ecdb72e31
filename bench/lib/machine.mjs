import os from 'node:os'

/** What a figure depends on, as it is put into result files. */
export function machineFacts() {
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    v8: process.versions.v8,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    loadAverage: os.loadavg().map(it => Number(it.toFixed(1))),
  }
}
