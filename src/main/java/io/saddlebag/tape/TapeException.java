package io.saddlebag.tape;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** A drive or medium failed. Whoever writes must read the position again before it decides anything. */
public class TapeException extends BackupException {
    private static final long serialVersionUID = 1L;

    public TapeException(TapeFault code, String what, String hint) {
        super(code, what, hint);
    }

    public TapeException(TapeFault code, String what, String hint, @Nullable Throwable cause) {
        super(code, what, hint, cause);
    }
}
