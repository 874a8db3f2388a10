/** Whether this browser can protect what it sends at all; without that nobody may come in. */
export const canProtect = (): boolean => 'RTCRtpScriptTransform' in window && 'Worker' in window;
