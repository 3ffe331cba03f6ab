package io.saddlebag.scsi;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** A command that got no answer from its device. */
public class ScsiException extends BackupException {
    private static final long serialVersionUID = 1L;

    public ScsiException(ScsiFault code, String what, String hint) {
        super(code, what, hint);
    }

    public ScsiException(ScsiFault code, String what, String hint, @Nullable Throwable cause) {
        super(code, what, hint, cause);
    }
}
