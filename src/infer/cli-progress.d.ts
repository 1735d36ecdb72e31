// The part of cli-progress that is used; it brings no types.
declare module 'cli-progress' {
  export interface BarStream {
    readonly isTTY?: boolean
    write(text: string): unknown
  }

  export interface BarOptions {
    readonly format: string
    readonly stream: BarStream
    readonly clearOnComplete: boolean
    readonly hideCursor: boolean
  }

  export class SingleBar {
    constructor(options: BarOptions, preset: object)
    start(total: number, value: number, payload: Readonly<Record<string, string>>): void
    setTotal(total: number): void
    update(value: number, payload?: Readonly<Record<string, string>>): void
    stop(): void
  }

  const cliProgress: {
    readonly SingleBar: typeof SingleBar
    readonly Presets: { readonly shades_classic: object }
  }
  export default cliProgress
}
