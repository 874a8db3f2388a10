// What tests need to know of prompts.mjs.

export interface Readable {
    readonly name: string;
    readonly text: string;
    readonly spoken: string | undefined;
}
export interface Prompt {
    readonly file: string;
    readonly synthetic: boolean;
    readonly sha256: string;
    readonly voice?: string;
}
interface Voice {
    readonly missing: string;
    speak(text: string, voice: string): Uint8Array;
}
export declare class Synthesiser implements Voice {
    constructor(cache?: string);
    readonly missing: string;
    readonly read: number;
    speak(text: string, voice: string): Uint8Array;
}
export declare const kVoices: Readonly<Record<string, string>>;
export declare function sha256Of(text: string): string;
export declare function withoutVowelMarks(text: string): string;
export declare function textsToRead(folder: string): readonly Readable[];
export declare function makePrompts(
    source: string, out: string, more?: { synthesiser?: Voice; warn?: (text: string) => void },
): Readonly<Record<string, Readonly<Record<string, Prompt>>>>;
