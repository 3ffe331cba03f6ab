package io.saddlebag.wallet;

import io.saddlebag.fault.FaultCode;

/** Failures that have to do with the wallet (X10). */
public enum WalletFault implements FaultCode {
    CLOSED("SBG-K020", "nothing was read, and nothing was changed; the image is as it was"),
    WRONG_PASSPHRASE("SBG-K021", "nothing was changed; the wallet is as it was"),
    DAMAGED("SBG-K022", "nothing was changed; what is encrypted for its keys can't be read without them"),
    NO_WALLET("SBG-K023", "nothing was changed"),
    EXISTS("SBG-K024", "nothing was changed; the wallet that exists is as it was"),
    BUSY("SBG-K025", "nothing was changed"),
    TOO_OPEN("SBG-K026", "nothing was changed; nothing was read from it"),
    NO_PASSPHRASE("SBG-K027", "nothing was changed; the wallet is as it was"),
    NEEDED("SBG-K028", "nothing was changed; the key is in the wallet as before"),
    NO_PLACE_TO_OPEN("SBG-K029", "nothing was changed; the wallet is closed as before"),
    NOT_PROVEN("SBG-K030", "nothing was changed; the wallet is as it was"),
    FULL("SBG-K031", "nothing was changed; the wallet is as it was");

    private final String id;
    private final String effect;

    WalletFault(String id, String effect) {
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
