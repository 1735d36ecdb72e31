// A process that is asked questions; nothing waits for it longer than it says.

import { fork } from 'node:child_process'

const STOP_MS = 3000

export function startProcess(file, args = []) {
  const child = fork(file, args)
  const exited = new Promise(resolve => child.once('exit', resolve))

  function message(msMax) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(reject, new Error(`${file}: no answer in ${msMax} ms`)), msMax)
      const onMessage = it => end(resolve, it)
      const onExit = code => end(reject, new Error(`${file} ended with ${code}`))
      function end(settle, value) {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        settle(value)
      }
      child.once('message', onMessage)
      child.once('exit', onExit)
    })
  }

  return {
    message,
    ask(question, msMax) {
      const answer = message(msMax)
      child.send(question)
      return answer
    },
    /** Processes end by themselves when they are let go; one that does not is killed. */
    async stop() {
      if (child.connected) child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      if (child.exitCode === null && child.signalCode === null) await exited
      clearTimeout(timer)
    },
  }
}
