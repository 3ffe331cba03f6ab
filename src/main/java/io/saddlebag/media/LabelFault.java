package io.saddlebag.media;

import io.saddlebag.fault.FaultCode;

/** Why records are not a label (docs/formats/tape-labels.md). */
public enum LabelFault implements FaultCode {
    NOT_A_LABEL("SBG-M101"),
    WRONG_LENGTH("SBG-M102"),
    OTHER_SYSTEM("SBG-M103"),
    NEWER_VERSION("SBG-M104"),
    MISSING_RECORD("SBG-M105"),
    EXTRA_RECORD("SBG-M106"),
    BAD_NUMBER("SBG-M107"),
    BAD_TIME("SBG-M108"),
    BAD_TEXT("SBG-M109"),
    BAD_ID("SBG-M110"),
    /** The fields are well-formed, but the records contradict each other or hold what they must not. */
    NOT_CANONICAL("SBG-M111");

    private final String id;

    LabelFault(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return "nothing was written; what stands on the volume is not trusted and not overwritten";
    }
}
