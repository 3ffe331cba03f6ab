package io.saddlebag.age;

import io.saddlebag.fault.FaultCode;

/** Failures that have to do with keys (X10). */
public enum KeyFault implements FaultCode {
    KEY_MISSING("SBG-K001", "nothing was read, and nothing was changed; the image is as it was"),
    UNKNOWN_KEY("SBG-K002", "nothing was changed"),
    UNUSABLE_KEY("SBG-K003", "nothing was changed; the key was not used"),
    KEY_EXISTS("SBG-K004", "nothing was changed; the key that exists is as it was"),
    UNSUITABLE_KEYS("SBG-K005", "nothing was changed"),
    PASSWORD_TOO_COSTLY("SBG-K006", "nothing was read; the image is as it was"),
    NOT_ENCRYPTED("SBG-K007", "nothing was changed"),
    NOT_REWRAPPED("SBG-K008", "nothing was changed"),
    HALF_REWRAPPED(
            "SBG-K009",
            "nothing is lost; the image is read with the old keys and the new ones, for which some of its files are");

    private final String id;
    private final String effect;

    KeyFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
