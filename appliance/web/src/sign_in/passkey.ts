// Passkeys in the browser: the hub's options, which are JSON, become what navigator.credentials takes, and its
// answers become JSON again (WebAuthn level 3 section 5.1 has the form; not every browser has its functions).

import { toBase64url as textOf } from '../keys/base64url';

type Json = Record<string, unknown>;

export const toBase64url = (bytes: ArrayBuffer): string => textOf(new Uint8Array(bytes));

export function fromBase64url(text: unknown): ArrayBuffer {
    if (typeof text !== 'string') throw new TypeError('The hub sent no base64url.');
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

/** Browsers have passkeys in a secure context only; whether this device has one, only trying tells. */
export const passkeysExist = (): boolean =>
    window.isSecureContext && 'PublicKeyCredential' in window && 'credentials' in navigator;

interface Descriptor {
    readonly type: 'public-key';
    readonly id: unknown;
}

function withBytes(list: unknown): PublicKeyCredentialDescriptor[] {
    return Array.isArray(list) ? list.map(({ type, id }: Descriptor) => ({ type, id: fromBase64url(id) })) : [];
}

/** Makes a passkey. Rejects as navigator.credentials.create does: NotAllowedError when the person would not. */
export async function makePasskey(options: Json): Promise<Json> {
    const user = options['user'] as Json;
    const made = await navigator.credentials.create({
        publicKey: {
            ...options,
            challenge: fromBase64url(options['challenge']),
            user: { ...user, id: fromBase64url(user['id']) },
            excludeCredentials: withBytes(options['excludeCredentials']),
        } as PublicKeyCredentialCreationOptions,
    }) as PublicKeyCredential | null;
    if (made === null) throw new DOMException('', 'NotAllowedError');
    const answer = made.response as AuthenticatorAttestationResponse;
    return {
        id: made.id, type: made.type,
        response: {
            clientDataJSON: toBase64url(answer.clientDataJSON),
            attestationObject: toBase64url(answer.attestationObject),
        },
    };
}

/** Lets the person choose a passkey and use it. Rejects as navigator.credentials.get does. */
export async function usePasskey(options: Json): Promise<Json> {
    const used = await navigator.credentials.get({
        publicKey: {
            ...options,
            challenge: fromBase64url(options['challenge']),
            allowCredentials: withBytes(options['allowCredentials']),
        } as PublicKeyCredentialRequestOptions,
    }) as PublicKeyCredential | null;
    if (used === null) throw new DOMException('', 'NotAllowedError');
    const answer = used.response as AuthenticatorAssertionResponse;
    return {
        id: used.id, type: used.type,
        response: {
            clientDataJSON: toBase64url(answer.clientDataJSON),
            authenticatorData: toBase64url(answer.authenticatorData),
            signature: toBase64url(answer.signature),
            userHandle: answer.userHandle === null ? '' : toBase64url(answer.userHandle),
        },
    };
}
