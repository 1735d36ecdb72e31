// Stands for an agent or a loader of NODE_OPTIONS that is no good in threads it does not know.
if (!require('node:worker_threads').isMainThread) throw new Error('not in this thread')
