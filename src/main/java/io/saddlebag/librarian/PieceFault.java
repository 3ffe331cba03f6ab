package io.saddlebag.librarian;

import io.saddlebag.fault.FaultCode;

/** Failures of the librarian interface (M26). */
public enum PieceFault implements FaultCode {
    EXISTS("SBG-L101", "nothing was stored; the piece of that name is as it was"),
    NO_SUCH_PIECE("SBG-L102", "nothing was changed"),
    INPUT("SBG-L103", "nothing was stored; the name is free"),
    DIFFERS("SBG-L104", "what was handed over before is as it was put; nothing of the rest was handed over"),
    OUTPUT("SBG-L105", "what was written is incomplete; the piece itself is as it was"),
    PROTECTED("SBG-L106", "nothing was removed"),
    NO_STREAM("SBG-L107", "nothing was handed over or removed");

    private final String id;
    private final String effect;

    PieceFault(String id, String effect) {
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
