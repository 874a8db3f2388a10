// What a person sees before they are in: one plain page with one thing to do.

import type { ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Notice } from '../ui/notice';
import type { SignIn } from './sign_in';

interface ActionProps {
    readonly signIn: SignIn;
    readonly name: string;
    readonly label: string;
    readonly deed: () => void;
    readonly quiet?: boolean;
}

function Action({ signIn, name, label, deed, quiet }: ActionProps) {
    return (
        <button
            type="button" class={quiet === true ? '' : 'primary'} data-action={name}
            aria-disabled={signIn.busy.value} onClick={deed}
        >
            {label}
        </button>
    );
}

function TroubleText({ signIn }: { signIn: SignIn }) {
    const trouble = signIn.trouble.value;
    return trouble === undefined ? null : (
        <p class="trouble" role="alert" data-trouble={trouble}>{t(`entry_trouble_${trouble}`)}</p>
    );
}

function Threshold({ signIn }: { signIn: SignIn }) {
    const trouble = <TroubleText signIn={signIn} />;
    const passkey = (quiet: boolean) => signIn.passkeys && (
        <Action
            signIn={signIn} name="passkey" label={t('entry_passkey')} quiet={quiet}
            deed={() => void signIn.withPasskey()}
        />
    );
    const comeIn = (quiet: boolean) => (
        <Action
            signIn={signIn} name="come-in" label={t('entry_come_in')} quiet={quiet} deed={() => void signIn.comeIn()}
        />
    );
    switch (signIn.step.value) {
        case 'invited':
            return (
                <Notice key="invited" heading={t('entry_heading')} text={t('entry_text')}>
                    {trouble}
                    {comeIn(false)}
                    {signIn.trouble.value !== undefined && passkey(true)}
                </Notice>
            );
        case 'choosing':
            return (
                <Notice key="choosing" heading={t('entry_heading')} text={t('entry_choose_text', { name: signIn.name.value })}>
                    {trouble}
                    <Action
                        signIn={signIn} name="go-on" label={t('entry_go_on', { name: signIn.name.value })}
                        deed={() => signIn.goOn()}
                    />
                    {comeIn(true)}
                </Notice>
            );
        case 'offered':
            return (
                <Notice key="offered" heading={t('entry_offer_heading')} text={t('entry_offer_text')}>
                    {trouble}
                    <Action
                        signIn={signIn} name="remember" label={t('entry_offer_yes')}
                        deed={() => void signIn.rememberDevice()}
                    />
                    <Action
                        signIn={signIn} name="skip" label={t('entry_offer_no')} quiet deed={() => signIn.goOn()}
                    />
                </Notice>
            );
        case 'outside':
            return (
                <Notice key="outside" heading={t('no_link_heading')} text={t('no_link_text')}>
                    {trouble}
                    {signIn.passkeys && <p>{t('entry_passkey_text')}</p>}
                    {passkey(false)}
                </Notice>
            );
        default:
            return signIn.trouble.value === undefined ? null : (
                <Notice key="away" heading={t('entry_away_heading')} text={t(`entry_trouble_${signIn.trouble.value}`)}>
                    <Action
                        signIn={signIn} name="again" label={t('try_again')} deed={() => void signIn.begin()}
                    />
                </Notice>
            );
    }
}

/** `inside` is called once, when the person is in; it may have to be loaded first. */
export function Door({ signIn, inside }: { signIn: SignIn; inside: () => ComponentChild | Promise<ComponentChild> }) {
    const isIn = signIn.step.value === 'in';
    const [content, setContent] = useState<ComponentChild>();
    const [state, setState] = useState<'opening' | 'failed' | 'open'>('opening');
    useEffect(() => {
        if (!isIn) return;
        Promise.resolve(inside()).then((opened) => {
            setContent(opened);
            setState('open');
        }, () => setState('failed'));
    }, [isIn]);
    if (isIn && state === 'open') return <>{content}</>;
    return (
        <div class="root" data-door={isIn ? state : signIn.step.value}>
            {!isIn ? <Threshold signIn={signIn} />
                : state === 'failed' ? (
                    <Notice key="failed" heading={t('entry_away_heading')} text={t('entry_unopened')}>
                        <button type="button" class="primary" data-action="reload" onClick={() => location.reload()}>
                            {t('entry_reload')}
                        </button>
                    </Notice>
                ) : <p class="notice" role="status">{t('entry_opening')}</p>}
        </div>
    );
}
