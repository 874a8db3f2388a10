// Staff and applicant stand before the same screen and read different languages: each side keeps its own.

import about from 'languages:about';
import { language, preferred, setLanguage } from '../i18n';
import type { Side } from './screens';
import { kCompleteLanguages } from './texts';

const kStaffKey = 'sightline.staff-language';
/** The others are begun for applicants. */
export const kStaffLanguages = kCompleteLanguages;

export const languageName = (code: string): string => about[code]?.name ?? code;
export const directionOf = (code: string): 'ltr' | 'rtl' => about[code]?.direction ?? 'ltr';

const chosen: Record<Side, string> = { applicant: 'en', staff: 'en' };

/** The applicant's is what the page was left in: a reload in the middle of an interview changes nothing. */
export function beginLanguages(): void {
    chosen.applicant = language.value;
    chosen.staff = preferred([localStorage.getItem(kStaffKey) ?? '', ...navigator.languages], kStaffLanguages);
}

export const turnLanguage = (side: Side): void => void setLanguage(chosen[side]);

export function chooseLanguage(side: Side, code: string): void {
    chosen[side] = code;
    if (side === 'staff') localStorage.setItem(kStaffKey, code);
    void setLanguage(code);
}

export const applicantLanguage = (): string => chosen.applicant;

/** Chosen by staff before they hand over. */
export function presetApplicantLanguage(code: string): void {
    chosen.applicant = code;
}
