/** A device with a screen lock, as far as this page is concerned. */
export async function addAuthenticator(page) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
        protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
        automaticPresenceSimulation: true,
    } });
    return {
        passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
        verifies: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
        put: (credential) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential }),
        drop: ({ credentialId }) => cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId }),
    };
}
