// Leaves the wording of errors out of mutation tests: sentences for people, whose exact words no caller relies on.
// Codes, paths, keywords and names of options, which have no blanks, stay in.

import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

const ERROR_CLASS = /(?:Error|Failure)$/

function isSentence(node) {
  if (node.type === 'StringLiteral') return node.value.includes(' ')
  return node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => value.raw.includes(' '))
}

const wording = {
  shouldIgnore({ node, parent }) {
    const isOfError = parent?.type === 'NewExpression' && ERROR_CLASS.test(parent.callee.name ?? '')
    return isOfError && isSentence(node) ? 'the wording of an error' : undefined
  },
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording)]
