// Texts read aloud: recordings, or a computer's voice, as files beside the pages. Where there is none, the interpreter reads.

import { computed, signal } from '@preact/signals';
import { language } from '../i18n';

interface Prompt {
    readonly file: string;
    readonly synthetic: boolean;
    /** Of the text that it reads: a consent is never heard in another wording than it is recorded in. */
    readonly sha256?: string;
    /** The synthesiser's, where it is that of another language. */
    readonly voice?: string;
}
type Prompts = Readonly<Record<string, Readonly<Record<string, Prompt>>>>;

const prompts = signal<Prompts>({});
/** The name of what is being read, and whether by a computer's voice. */
export const playing = signal<string | undefined>(undefined);
let voice: HTMLAudioElement | undefined;

/** What there is to hear in the page's language. */
const inLanguage = computed(() => prompts.value[language.value] ?? {});

export async function loadPrompts(): Promise<void> {
    const response = await fetch('../prompts/prompts.json').catch(() => undefined);
    if (response?.ok !== true) return;
    prompts.value = await response.json().catch(() => ({})) as Prompts;
}

/** `sha256`: of the text that is shown, where it must be that one. */
export function promptOf(name: string, sha256?: string): Prompt | undefined {
    const prompt = inLanguage.value[name];
    return sha256 === undefined || prompt?.sha256 === sha256 ? prompt : undefined;
}

export function silence(): void {
    voice?.pause();
    voice = undefined;
    playing.value = undefined;
}

/** Begins a text anew, whatever is being read; says whether there is something to hear. */
export function play(name: string): boolean {
    silence();
    const prompt = promptOf(name);
    if (prompt === undefined) return false;
    const started = new Audio(`../prompts/${prompt.file}`);
    voice = started;
    playing.value = name;
    const over = (): void => {
        if (voice === started) silence();
    };
    started.addEventListener('ended', over);
    started.addEventListener('error', over);
    started.play().catch(over);
    return true;
}
