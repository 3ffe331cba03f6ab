package io.saddlebag.framing;

import io.saddlebag.fault.BackupException;

/** A framed section can't be read any further. */
public final class FramingException extends BackupException {
    private static final long serialVersionUID = 1L;

    FramingException(FramingFault code, String what) {
        super(code, what, "Try another drive; if that fails too, restore from another copy or another backup.");
    }
}
