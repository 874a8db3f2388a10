// The first visit: this browser's public keys for the administrator, and what they give back. The code of the delegation is
// compared by a person, because from then on nobody else is believed.

import { useState } from 'preact/hooks';
import { shortCode } from '../keys/identity';
import { LanguagePicker } from '../ui/language_picker';
import { Refusal } from '../sync/refusal';
import { invitationIn, publicText, type Invitation } from './enrolment';
import type { Office } from './office';
import { o, type OfficeKey } from './texts';

function save(name: string, text: string): void {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function Own({ office }: { office: Office }) {
    const [copied, setCopied] = useState(false);
    const text = publicText(office.keys.signing.jwk, office.keys.sealing.jwk);
    const code = shortCode(office.keys.signing.thumbprint);
    const copy = (): void => {
        void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
    };
    return (
        <section class="enrol-step">
            <h2>{o('enrol_first')}</h2>
            <p>{o('enrol_first_hint')}</p>
            <p>{o('enrol_code')}: <span class="code" data-code>{code}</span></p>
            <textarea readOnly rows={5} data-own-keys aria-label={o('enrol_first')} value={text} onFocus={(event) => event.currentTarget.select()} />
            <div class="dialog-row">
                <button type="button" onClick={copy}>{copied ? o('enrol_copied') : o('enrol_copy')}</button>
                <button type="button" onClick={() => save(`sightline-office-${code}.json`, `${text}\n`)}>{o('enrol_save')}</button>
            </div>
        </section>
    );
}

interface ConfirmProps {
    readonly invitation: Invitation;
    readonly yes: () => void;
    readonly no: () => void;
}

function Confirm({ invitation, yes, no }: ConfirmProps) {
    return (
        <section class="enrol-step">
            <h2>{o('enrol_confirm_heading')}</h2>
            <p>{o('enrol_confirm_text')}</p>
            <p>{o('enrol_confirm_code')}: <span class="code" data-delegation>{shortCode(invitation.delegation)}</span></p>
            <div class="dialog-row">
                <button type="button" class="primary" data-action="confirm" onClick={yes}>{o('enrol_confirm')}</button>
                <button type="button" onClick={no}>{o('enrol_back')}</button>
            </div>
        </section>
    );
}

export function Enrol({ office, link }: { office: Office; link: Invitation | undefined }) {
    const [text, setText] = useState('');
    const [found, setFound] = useState(link);
    const [trouble, setTrouble] = useState<OfficeKey | undefined>(
        office.delegation !== undefined ? 'enrol_outside' : undefined);
    const enrol = (invitation: Invitation): void => {
        setFound(undefined);
        office.enrol(invitation).then(
            (membership) => setTrouble(membership === 'outside' ? 'enrol_outside' : undefined),
            (error: unknown) => {
                if (!(error instanceof Refusal)) throw error;
                setTrouble('enrol_refused');
            });
    };
    const read = async (): Promise<void> => {
        const invitation = await invitationIn(text);
        setTrouble(invitation === undefined ? 'enrol_unreadable' : undefined);
        // Whose delegation it is has been compared once.
        if (invitation?.delegation === office.delegation && invitation !== undefined) enrol(invitation);
        else setFound(invitation);
    };
    return (
        <main class="notice">
            <div class="card enrol">
                <h1>{o('enrol_heading')}</h1>
                <p>{o('intro')}</p>
                <Own office={office} />
                {found !== undefined ? <Confirm invitation={found} yes={() => enrol(found)} no={() => setFound(undefined)} /> : (
                    <section class="enrol-step">
                        <h2>{o('enrol_second')}</h2>
                        <label for="enrol-paste">{o('enrol_paste')}</label>
                        <textarea
                            id="enrol-paste" rows={4} value={text} spellcheck={false} autocomplete="off"
                            onInput={(event) => setText(event.currentTarget.value)}
                        />
                        {trouble !== undefined && <p class="trouble" role="alert" data-trouble={trouble}>{o(trouble)}</p>}
                        <button type="button" class="primary" data-action="continue" onClick={() => void read()}>
                            {o('enrol_continue')}
                        </button>
                    </section>
                )}
                <LanguagePicker />
            </div>
        </main>
    );
}
