package io.saddlebag.media;

import io.saddlebag.fault.BackupException;

/** Records that are not the label they should be. */
public final class LabelException extends BackupException {
    private static final long serialVersionUID = 1L;

    private static final String HINT =
            "Look at the volume with lsvol --label; if nothing on it is needed any more, unlabel it by hand.";

    public LabelException(LabelFault code, String what) {
        super(code, what, HINT);
    }

    public LabelFault fault() {
        return (LabelFault) code();
    }
}
