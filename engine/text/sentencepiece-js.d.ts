// Types of the part of sentencepiece-js that is used here; the package ships none.
declare module 'sentencepiece-js' {
  export class SentencePieceProcessor {
    /** Reads the model file. It reports no failure: after a broken file every encoding is empty. */
    load(file: string): Promise<void>
    encodeIds(text: string): number[]
    encodePieces(text: string): string[]
    decodeIds(ids: number[]): string
  }
}
