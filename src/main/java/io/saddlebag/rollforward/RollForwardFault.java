package io.saddlebag.rollforward;

import io.saddlebag.fault.FaultCode;

/** Failures of recoveries by journals. */
public enum RollForwardFault implements FaultCode {
    NO_BASE("SBG-V050", "nothing was touched"),
    LOST("SBG-V051", "nothing was touched; the database has the files it had"),
    TOO_SHORT("SBG-V052", "nothing was touched"),
    WHICH_BACKUP("SBG-V053", "nothing was touched"),
    NO_JOURNALS("SBG-V054", "nothing was touched"),
    SOURCE("SBG-V055", "nothing was touched; the database has the files it had"),
    NO_ROOM("SBG-V056", "nothing was touched"),
    NOT_REACHED(
            "SBG-V057",
            "the database is open, but not in the state that was asked for; what was there before is kept beside"),
    STILL_NEEDED("SBG-V058", "the folder stays; a recovery still reads from it"),
    UNDECIDED("SBG-V059", "the incarnation stays owed to the catalog");

    private final String id;
    private final String effect;

    RollForwardFault(String id, String effect) {
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
